"""Training: pictures in, averaged weights out. Stops at any moment and goes on where it was."""

import copy
import json
import math
import random
import time
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn
from torch.utils.data import DataLoader, Dataset

from .geometry import alone, mosaic
from .looks import dress, estrange
from .loss import detection_loss
from .network import Detector, anchor_points
from .pictures import Sample, read_prepared


@dataclass(frozen=True)
class Recipe:
    """Everything that decides what training does, but the pictures."""

    steps: int = 6000
    batch: int = 16
    rate: float = 8e-4
    backbone_share: float = 0.3
    warm_up: int = 200
    decay_steps: int = 1500
    """The rate stays until the last so many steps, in which it falls: training can be made longer at any time before them."""
    final_share: float = 0.01
    decay: float = 0.03
    averaging: float = 0.9985
    mosaic: float = 0.5
    plain_steps: int = 400
    """The last steps go without mosaics and at the sizes of use, as the pictures are that count."""
    empty_share: float = 0.12
    part_share: float = 0.04
    rendered_share: float = 0.08
    strange_share: float = 0.5
    """Of the pictures without refuse, those that are made strange: what is none stays none, whatever it looks like."""
    shapes: tuple[tuple[int, int], ...] = ((384, 384), (448, 320), (512, 288), (352, 416))
    plain_shapes: tuple[tuple[int, int], ...] = ((384, 384), (448, 352), (640, 384))
    seed: int = 1


class PreciseConv(nn.Conv2d):
    """Stays in 32 bits where autocast lets others take 16."""

    def forward(self, x: Tensor) -> Tensor:
        with torch.autocast("cpu", enabled=False):
            return super().forward(x.float())


def keep_precise(net: Detector) -> None:
    """The way back through a convolution of each channel by itself is three times slower in 16 bits; and the last say boxes to the pixel."""
    for m in net.modules():
        if isinstance(m, nn.Conv2d) and m.groups > 1:
            m.__class__ = PreciseConv
    for m in (*net.core.scores, *net.core.boxes):
        m.__class__ = PreciseConv


class Batches(Dataset):
    """Item k is the whole k-th batch, all of one size; the same for the same seed, wherever training was resumed."""

    def __init__(self, samples: list[Sample], recipe: Recipe):
        self.recipe = recipe
        self.rendered = [s for s in samples if s.source == "rendered"]
        self.parts = [s for s in samples if s.source == "part"]
        photographs = [s for s in samples if s.source not in ("rendered", "part")]
        self.empty = [s for s in photographs if not len(s.labels)]
        self.full = [s for s in photographs if len(s.labels)]

    def __len__(self) -> int:
        return self.recipe.steps

    def pick(self, rng: random.Random) -> Sample:
        r, at = self.recipe, rng.random()
        for some, share in ((self.empty, r.empty_share), (self.parts, r.part_share), (self.rendered, r.rendered_share)):
            if some and at < share:
                sample = rng.choice(some)
                if some is self.rendered or rng.random() >= r.strange_share:
                    return sample
                return replace(sample, picture=estrange(sample.picture, rng, rng.choice(some).picture))
            at -= share
        return rng.choice(self.full)

    def __getitem__(self, step: int) -> tuple[Tensor, list[tuple[Tensor, Tensor]]]:
        rng = random.Random(self.recipe.seed * 1_000_003 + step)
        plain = step >= self.recipe.steps - self.recipe.plain_steps
        width, height = rng.choice(self.recipe.plain_shapes if plain else self.recipe.shapes)
        share = 0.0 if plain else self.recipe.mosaic
        pictures, truth = [], []
        for _ in range(self.recipe.batch):
            if rng.random() < share:
                canvas, boxes, labels = mosaic([self.pick(rng) for _ in range(4)], rng, width, height)
            else:
                canvas, boxes, labels = alone(self.pick(rng), rng, width, height)
            pictures.append(dress(canvas, rng))
            truth.append((torch.from_numpy(boxes), torch.from_numpy(labels)))
        return torch.from_numpy(np.stack(pictures)), truth


def rate_share(step: int, recipe: Recipe) -> float:
    """Of the learning rate: a linear warm-up, a plateau, and a cosine down to final_share over the last decay_steps."""
    if step < recipe.warm_up:
        return (step + 1) / recipe.warm_up
    t = (step - (recipe.steps - recipe.decay_steps)) / max(1, recipe.decay_steps)
    return recipe.final_share + (1 - recipe.final_share) * (1 + math.cos(math.pi * min(1.0, max(0.0, t)))) / 2


def parameter_groups(net: Detector, recipe: Recipe) -> list[dict]:
    """The backbone learns slower; biases and the scales of normalisation do not decay."""
    groups = []
    for share, module in ((recipe.backbone_share, net.backbone), (1.0, None)):
        inside = {id(p) for p in net.backbone.parameters()}
        members = [p for p in net.parameters() if p.requires_grad and ((id(p) in inside) == (module is not None))]
        for decay, some in ((recipe.decay, [p for p in members if p.dim() > 1]), (0.0, [p for p in members if p.dim() <= 1])):
            groups.append({"params": some, "lr": recipe.rate * share, "base": recipe.rate * share, "weight_decay": decay})
    return groups


@torch.no_grad()
def average(ema: nn.Module, net: nn.Module, step: int, recipe: Recipe) -> None:
    """Exponential moving average; short at first, so that the start is soon forgotten."""
    keep = recipe.averaging * (1 - math.exp(-(step + 1) / 300))
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


def train(prepared: Path, out: Path, recipe: Recipe, start: Path | None = None, minutes: float = math.inf, threads: int = 2, save_every: int = 100) -> Path:
    """Trains until the recipe is done or `minutes` are over; called again with the same `out`, goes on from the last checkpoint.

    -> the averaged weights in half precision, `out`/ema.pt. `start`: weights to begin with; what does not fit is left at its own start.
    """
    out.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(recipe.seed)
    torch.set_num_threads(threads)
    net = Detector()
    if start is not None:
        load_matching(net, start)
    net = net.to(memory_format=torch.channels_last)
    ema = copy.deepcopy(net).eval()
    bfloat16 = torch.cpu._is_avx512_bf16_supported()  # a fifth faster where the processor has it, slower where not
    if bfloat16:
        keep_precise(net)
    optimiser = torch.optim.AdamW(parameter_groups(net, recipe), betas=(0.9, 0.99))
    step, last = 0, out / "last.pt"
    if last.exists():
        state = torch.load(last, weights_only=True)
        net.load_state_dict(state["net"])
        ema.load_state_dict(state["ema"])
        bases = [group["base"] for group in optimiser.param_groups]
        optimiser.load_state_dict(state["optimiser"])
        for group, base in zip(optimiser.param_groups, bases, strict=True):
            group["base"] = base  # the rate of this recipe, not of the one before
        step = state["step"]
        print(f"goes on at step {step}", flush=True)
    (out / "recipe.json").write_text(json.dumps(asdict(recipe), indent=1))
    batches = Batches(read_prepared(prepared), recipe)
    print(f"{len(batches.full)} pictures with boxes, {len(batches.empty)} without, {len(batches.rendered)} rendered", flush=True)
    loader = DataLoader(torch.utils.data.Subset(batches, range(step, recipe.steps)), batch_size=None, num_workers=1, prefetch_factor=6)
    begun, since, sums = time.time(), time.time(), np.zeros(2)

    def keep() -> None:
        save(last, net=net.state_dict(), ema=ema.state_dict(), optimiser=optimiser.state_dict(), step=step)
        save(out / "ema.pt", ema={k: v.half() if v.dtype.is_floating_point else v for k, v in ema.state_dict().items()}, step=step)

    for pictures, truth in loader:
        for group in optimiser.param_groups:
            group["lr"] = group["base"] * rate_share(step, recipe)
        net.train()
        with torch.autocast("cpu", dtype=torch.bfloat16, enabled=bfloat16):
            boxes, logits = net(pictures.permute(0, 3, 1, 2).contiguous(memory_format=torch.channels_last))
        height, width = pictures.shape[1:3]
        score_loss, box_loss = detection_loss(boxes, logits, truth, *anchor_points(height, width))
        (score_loss + box_loss).backward()
        torch.nn.utils.clip_grad_norm_(net.parameters(), 10.0)
        optimiser.step()
        optimiser.zero_grad(set_to_none=True)
        average(ema, net, step, recipe)
        step += 1
        sums += (score_loss.item(), box_loss.item())
        if step % 20 == 0:
            print(f"{step} scores {sums[0] / 20:.3f} boxes {sums[1] / 20:.3f} {(time.time() - since) / 20:.2f} s a step", flush=True)
            since, sums = time.time(), np.zeros(2)
        if step % save_every == 0:
            keep()
        if step == recipe.steps - recipe.decay_steps:
            save(out / "plateau.pt", net=net.state_dict(), ema=ema.state_dict(), optimiser=optimiser.state_dict(), step=step)
        if time.time() - begun > minutes * 60:
            break
    keep()
    return out / "ema.pt"


def load_matching(net: nn.Module, path: Path) -> None:
    """Takes from a checkpoint every tensor whose name and shape fit, and says which did not."""
    state = torch.load(path, weights_only=True, map_location="cpu")
    state = state.get("ema", state)
    own = net.state_dict()
    fitting = {k: v.to(own[k].dtype) for k, v in state.items() if k in own and own[k].shape == v.shape}
    net.load_state_dict(fitting, strict=False)
    missing = sorted({k.rsplit(".", 2)[0] for k in own.keys() - fitting.keys()})
    print(f"{len(fitting)} of {len(own)} tensors from {path}" + (f"; left at their start: {', '.join(missing)}" if missing else ""), flush=True)
