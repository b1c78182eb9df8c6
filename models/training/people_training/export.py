"""TorchScript that takes a byte picture and gives rows: score, head x and y, left, top, right, bottom in pixels of the input, best first."""

from pathlib import Path

import torch
from torch import Tensor, nn

from . import HEIGHT, STRIDE, WIDTH
from .network import REACH, Heads

ROWS = 64


class Exported(nn.Module):
    rows: torch.jit.Final[int]
    stride: torch.jit.Final[float]
    reach: torch.jit.Final[float]

    def __init__(self, net: nn.Module):
        super().__init__()
        self.net = net
        self.rows, self.stride, self.reach = ROWS, float(STRIDE), REACH

    def forward(self, x: Tensor) -> Tensor:
        logits, sides = self.net(x.float())
        best = nn.functional.max_pool2d(logits, 3, 1, 1)
        # of equals beside each other both stay; the product takes heads that are too near for one
        scores = torch.where(best == logits, logits, torch.full_like(logits, -20.0)).sigmoid().flatten()
        top, cells = scores.topk(self.rows)
        width = logits.shape[3]
        found = sides[0].flatten(1)[:, cells]
        hx = ((cells % width).float() + 0.5 + found[0]) * self.stride
        hy = ((cells // width).float() + 0.5 + found[1]) * self.stride
        reach = self.reach
        return torch.stack((top, hx, hy, hx - found[2] * reach, hy - found[3] * reach, hx + found[4] * reach, hy + found[5] * reach), 1)


def export(checkpoint: Path, out: Path) -> Path:
    """Writes people-fp32.pt; raises AssertionError if it does not say what the network says."""
    net = Heads()
    net.load_state_dict(torch.load(checkpoint, weights_only=True, map_location="cpu")["ema"])
    net.eval()
    out.mkdir(parents=True, exist_ok=True)
    example = torch.randint(0, 256, (1, 3, HEIGHT, WIDTH), dtype=torch.uint8)
    with torch.no_grad():
        traced = torch.jit.trace(net, example.float(), check_trace=False)
        script = torch.jit.freeze(torch.jit.script(Exported(traced).eval()))
        path = out / "people-fp32.pt"
        script.save(str(path))
        wanted, given = Exported(net)(example), torch.jit.load(str(path))(example)
    if (wanted - given).abs().max() > 0.05:
        raise AssertionError(f"{path} differs from {checkpoint} by {(wanted - given).abs().max():.3f}")
    return path
