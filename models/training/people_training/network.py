"""The finder of people: a small hourglass of plain convolutions with a map of heads at a quarter of the input's size.

Heads stay apart on a picture where bodies do not, so heads are found, and each says where its whole person is (Zhou et al., Objects as Points,
2019). Plain 3x3 convolutions: on a processor they reach the most operations a second, and eight bits are not needed to stay in the budget.
"""

import torch
from torch import Tensor, nn

OFFSET, SCALE = 128.0, 64.0
PRIOR = -4.0
"""Logit of every cell at the start: heads are rare."""
REACH = 64.0
"""Pixels of the input that one unit of a side's regression stands for: about half a person."""


def convolution(cin: int, cout: int, stride: int = 1, kernel: int = 3, dilation: int = 1, relu: bool = True) -> nn.Sequential:
    padding = dilation * (kernel // 2)
    layers = [nn.Conv2d(cin, cout, kernel, stride, padding, dilation, bias=False), nn.BatchNorm2d(cout, eps=1e-3, momentum=0.03)]
    return nn.Sequential(*layers, nn.ReLU(inplace=True)) if relu else nn.Sequential(*layers)


class Residual(nn.Module):
    def __init__(self, channels: int, dilation: int = 1):
        super().__init__()
        self.body = nn.Sequential(convolution(channels, channels), convolution(channels, channels, dilation=dilation, relu=False))
        self.relu = nn.ReLU(inplace=True)

    def forward(self, x: Tensor) -> Tensor:
        return self.relu(x + self.body(x))


class Heads(nn.Module):
    """N x 3 x H x W bytes as floats -> N x 1 x H/4 x W/4 logits of heads, N x 6 x H/4 x W/4: offset of the head's middle from the cell's in cells,
    then distances from it to the left, top, right and bottom of the person in units of REACH pixels."""

    def __init__(self):
        super().__init__()
        self.stem = nn.Sequential(convolution(3, 24, 2), convolution(24, 40, 2))
        self.quarter = nn.Sequential(Residual(40), Residual(40))
        self.eighth = nn.Sequential(convolution(40, 72, 2), Residual(72), Residual(72))
        self.sixteenth = nn.Sequential(convolution(72, 96, 2), Residual(96), Residual(96, dilation=2))
        self.up8 = convolution(96, 72, kernel=1, relu=False)
        self.join8 = convolution(72, 56)
        self.up4 = convolution(56, 40, kernel=1, relu=False)
        self.join4 = convolution(40, 48)
        self.heat = nn.Conv2d(48, 1, 1)
        self.sides = nn.Conv2d(48, 6, 1)
        self.grow = nn.Upsample(scale_factor=2.0, mode="nearest")
        for m in self.modules():
            if isinstance(m, nn.Conv2d):
                nn.init.kaiming_normal_(m.weight, nonlinearity="relu")
        nn.init.constant_(self.heat.bias, PRIOR)
        nn.init.normal_(self.sides.weight, std=0.01)
        nn.init.constant_(self.sides.bias, 0.0)

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        x4 = self.quarter(self.stem((x - OFFSET) / SCALE))
        x8 = self.eighth(x4)
        y = self.join8(torch.relu(x8 + self.grow(self.up8(self.sixteenth(x8)))))
        y = self.join4(torch.relu(x4 + self.grow(self.up4(y))))
        return self.heat(y), self.sides(y)
