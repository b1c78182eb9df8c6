"""Teaches the fused block what the block of the ImageNet weights does that it stands for; everything before it stays as it is."""

from pathlib import Path

import torch
from torch import Tensor
from torch.utils.data import DataLoader, Dataset

from .network import FUSED_BLOCK, Detector, normalise
from .pictures import read_prepared


class Flattened(Dataset):
    """The pictures of training batches, without their boxes."""

    def __init__(self, batches: Dataset):
        self.batches = batches

    def __len__(self) -> int:
        return len(self.batches)

    def __getitem__(self, step: int) -> Tensor:
        return self.batches[step][0]


def imitate(prepared: Path, out: Path, steps: int = 1500, rate: float = 5e-3, threads: int = 2) -> float:
    """Writes a detector with an ImageNet backbone to `out` -> the share of the original's variance that the fused block misses at the end."""
    from .train import Batches, Recipe, save

    torch.manual_seed(0)
    torch.set_num_threads(threads)
    detector = Detector()
    original = detector.backbone.load_imagenet().eval().to(memory_format=torch.channels_last)
    backbone = detector.backbone.eval().to(memory_format=torch.channels_last)
    fused = backbone.blocks[FUSED_BLOCK].train().requires_grad_(True)
    optimiser = torch.optim.AdamW(fused.parameters(), rate, weight_decay=1e-4)
    recipe = Recipe(steps=steps, batch=8, shapes=((256, 256), (320, 224), (224, 320)), seed=7)
    mean = spread = None
    missed = 1.0
    for step, pictures in enumerate(DataLoader(Flattened(Batches(read_prepared(prepared), recipe)), batch_size=None, num_workers=1, prefetch_factor=8), 1):
        with torch.no_grad():
            x = backbone.stem(normalise(pictures.permute(0, 3, 1, 2).contiguous(memory_format=torch.channels_last)))
            for block in backbone.blocks[:FUSED_BLOCK]:
                x = block(x)
            wanted = original(x)
        if mean is None:  # learn a standardised target: the original's channels spread over tens, where normalisation starts at one
            mean, spread = wanted.mean((0, 2, 3)), wanted.std((0, 2, 3))
        for group in optimiser.param_groups:
            group["lr"] = rate * min(1, step / 50) * max(0.01, 1 - step / steps)
        loss = (fused(x) - (wanted - mean[:, None, None]) / spread[:, None, None]).pow(2).mean()
        loss.backward()
        optimiser.step()
        optimiser.zero_grad(set_to_none=True)
        missed += (loss.item() - missed) * max(0.01, 1 / step)
        if step % 100 == 0:
            print(f"{step} missed {missed:.3f}", flush=True)
    with torch.no_grad():
        last = fused.body[-1]
        last.weight.mul_(spread)
        last.bias.mul_(spread).add_(mean)
    save(out, ema=detector.state_dict(), step=0)
    return missed
