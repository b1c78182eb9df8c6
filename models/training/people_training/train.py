"""Training: gatherings in, averaged weights out. Stops at any moment and goes on where it was; pictures that came since are taken in."""

import copy
import json
import math
import random
import time
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn
from torch.utils.data import DataLoader, Dataset

from .loss import loss, targets
from .network import Heads
from .pictures import Sample, find, load


@dataclass(frozen=True)
class Recipe:
    """Everything that decides what training does, but the pictures."""

    steps: int = 5000
    batch: int = 16
    rate: float = 2e-3
    warm_up: int = 150
    final_share: float = 0.01
    decay: float = 0.02
    averaging: float = 0.998
    seed: int = 1


class Batches(Dataset):
    """Item k is the whole k-th batch; the same for the same seed and pictures, wherever training was resumed."""

    def __init__(self, samples: list[Sample], recipe: Recipe):
        self.samples, self.recipe = samples, recipe

    def __len__(self) -> int:
        return self.recipe.steps

    def __getitem__(self, step: int) -> dict[str, Tensor]:
        rng = random.Random(self.recipe.seed * 1_000_003 + step)
        inputs, heats, asked, where, wanted = [], [], [], [], []
        for number in range(self.recipe.batch):
            picture, heads, boxes, sure = load(rng.choice(self.samples))
            picture, heads, boxes = _varied(picture, heads, boxes, rng)
            t = targets(heads, boxes, sure)
            inputs.append(picture)
            heats.append(t["heat"])
            asked.append(t["asked"])
            where.append(np.concatenate([np.full((len(t["cells"]), 1), number), t["cells"]], 1))
            wanted.append(t["sides"])
        made = {"x": inputs, "heat": heats, "asked": asked}
        made = {name: torch.from_numpy(np.stack(value)) for name, value in made.items()}
        return made | {"where": torch.from_numpy(np.concatenate(where)), "wanted": torch.from_numpy(np.concatenate(wanted))}


def _varied(picture: np.ndarray, heads: np.ndarray, boxes: np.ndarray, rng: random.Random):
    """Mirrored half of the time, shifted by a few pixels, brighter or darker: a picture is used more than once."""
    width = picture.shape[2]
    if rng.random() < 0.5:
        picture = picture[:, :, ::-1]
        heads = np.stack([width - heads[:, 0], heads[:, 1]], 1)
        boxes = np.stack([width - boxes[:, 2], boxes[:, 1], width - boxes[:, 0], boxes[:, 3]], 1)
    dx, dy = rng.randint(-6, 6), rng.randint(-4, 4)
    picture = np.roll(picture, (dy, dx), (1, 2))
    heads, boxes = heads + np.float32((dx, dy)), boxes + np.float32((dx, dy, dx, dy))
    table = np.clip(np.arange(256) * rng.uniform(0.8, 1.2) + rng.uniform(-12, 12), 0, 255).astype(np.uint8)
    return np.ascontiguousarray(table[picture]), heads, boxes


def rate_share(step: int, recipe: Recipe) -> float:
    """Of the learning rate: a linear warm-up, then a cosine down to final_share."""
    if step < recipe.warm_up:
        return (step + 1) / recipe.warm_up
    t = (step - recipe.warm_up) / max(1, recipe.steps - recipe.warm_up)
    return recipe.final_share + (1 - recipe.final_share) * (1 + math.cos(math.pi * min(1.0, t))) / 2


@torch.no_grad()
def average(ema: nn.Module, net: nn.Module, step: int, recipe: Recipe) -> None:
    """Exponential moving average; short at first, so that the start is soon forgotten."""
    keep = recipe.averaging * (1 - math.exp(-(step + 1) / 200))
    for mean, value in zip(ema.state_dict().values(), net.state_dict().values(), strict=True):
        if mean.dtype.is_floating_point:
            mean.lerp_(value, 1 - keep)
        else:
            mean.copy_(value)


def save(path: Path, **state) -> None:
    """Whole or not at all: a session may end while it writes."""
    part = path.with_suffix(".part")
    torch.save(state, part)
    part.replace(path)


def train(folders: list[Path], out: Path, recipe: Recipe, minutes: float = math.inf, threads: int = 1, save_every: int = 100) -> Path:
    """Trains until the recipe is done or `minutes` are over; called again with the same `out`, goes on from the last checkpoint.

    -> the averaged weights, `out`/ema.pt.
    """
    out.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(recipe.seed)
    torch.set_num_threads(threads)
    net = Heads().to(memory_format=torch.channels_last)
    ema = copy.deepcopy(net).eval()
    bfloat16 = torch.cpu._is_avx512_bf16_supported()
    optimiser = torch.optim.AdamW(net.parameters(), lr=recipe.rate, weight_decay=recipe.decay, betas=(0.9, 0.99))
    step, last = 0, out / "last.pt"
    if last.exists():
        state = torch.load(last, weights_only=True)
        net.load_state_dict(state["net"])
        ema.load_state_dict(state["ema"])
        optimiser.load_state_dict(state["optimiser"])
        step = state["step"]
        print(f"goes on at step {step}", flush=True)
    (out / "recipe.json").write_text(json.dumps(asdict(recipe), indent=1))

    def keep() -> None:
        save(last, net=net.state_dict(), ema=ema.state_dict(), optimiser=optimiser.state_dict(), step=step)
        save(out / "ema.pt", ema=ema.state_dict())

    samples = find(folders)
    end, since, sums = time.monotonic() + minutes * 60, time.monotonic(), [0.0, 0.0]
    loader = DataLoader(Batches(samples, recipe), batch_size=None, sampler=range(step, recipe.steps), num_workers=0)
    net.train()
    for batch in loader:
        for group in optimiser.param_groups:
            group["lr"] = recipe.rate * rate_share(step, recipe)
        x = batch["x"].float().to(memory_format=torch.channels_last)
        with torch.autocast("cpu", dtype=torch.bfloat16, enabled=bfloat16):
            logits, sides = net(x)
        heads, borders = loss(logits, sides, batch["heat"], batch["asked"], batch["where"], batch["wanted"])
        optimiser.zero_grad(set_to_none=True)
        (heads + borders).backward()
        nn.utils.clip_grad_norm_(net.parameters(), 10.0)
        optimiser.step()
        average(ema, net, step, recipe)
        step += 1
        sums = [sums[0] + heads.item(), sums[1] + borders.item()]
        if step % save_every == 0:
            took = (time.monotonic() - since) / save_every
            print(f"step {step} heads {sums[0] / save_every:.3f} sides {sums[1] / save_every:.3f} {took:.2f} s a step, {len(samples)} pictures", flush=True)
            since, sums = time.monotonic(), [0.0, 0.0]
            keep()
        if time.monotonic() > end:
            break
    keep()
    return out / "ema.pt"
