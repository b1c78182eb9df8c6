"""The tables of the model card: by class, by size, by light, and how small a bin may be."""

import json
from pathlib import Path

import cv2
import numpy as np

from . import CLASSES
from .detection import Network
from .evaluate import SHAPE, detect_all, false_refuse, score
from .pictures import Sample, read_folder
from .thresholds import right_and_wrong

SIZES = ((0, 24), (24, 48), (48, 96), (96, 10_000))
"""Height of a box in pixels of the input."""


def light(picture: np.ndarray) -> str:
    """What hour a picture looks like, by its mean brightness and colour: infrared, night, dusk or day."""
    hsv = cv2.cvtColor(picture, cv2.COLOR_RGB2HSV)
    brightness, saturation = hsv[..., 2].mean(), hsv[..., 1].mean()
    if saturation < 6:
        return "colourless"
    return "night" if brightness < 60 else "dusk" if brightness < 95 else "day"


def lights(folder: Path, samples: list[Sample]) -> list[str]:
    """The hour of each picture: told by the scene generator beside its pictures, guessed otherwise."""
    told = folder / "meta.jsonl"
    if told.exists():
        by_name = {row["name"]: row["light"] for row in map(json.loads, told.read_text().splitlines())}
        return [by_name[Path(s.name).stem] for s in samples]
    return [light(s.picture) for s in samples]


def smaller(sample: Sample, factor: float) -> Sample:
    """The scene from further away: the picture made smaller, in the middle of grey of its old size."""
    h, w = sample.picture.shape[:2]
    few = cv2.resize(sample.picture, (max(1, round(w * factor)), max(1, round(h * factor))), interpolation=cv2.INTER_AREA)
    canvas = np.full_like(sample.picture, 114)
    y, x = (h - few.shape[0]) // 2, (w - few.shape[1]) // 2
    canvas[y:y + few.shape[0], x:x + few.shape[1]] = few
    return Sample(canvas, sample.boxes * factor + np.array([x, y, x, y], np.float32), sample.labels, sample.source, sample.name)


def heights(sample: Sample) -> np.ndarray:
    h, w = sample.picture.shape[:2]
    return (sample.boxes[:, 3] - sample.boxes[:, 1]) * min(SHAPE[0] / w, SHAPE[1] / h)


def table(head: list[str], rows: list[list[str]]) -> str:
    return "\n".join("| " + " | ".join(r) + " |" for r in [head, ["---"] * len(head), *rows])


def percent(value: float) -> str:
    return "-" if np.isnan(value) else f"{100 * value:.1f}"


def by_class(samples: list[Sample], found: list) -> list[str]:
    s = score(samples, found)
    return [percent(s.map50), *(percent(s.by_class[c]) for c in CLASSES), percent(s.map50_95)]


def recall(samples: list[Sample], found: list, on: dict[str, float], low: float, high: float) -> tuple[list[str], int]:
    """Share of bins and overflowing bins of that height which are found at the working score, whichever of both they are called."""
    right = total = 0
    for sample, some in zip(samples, found, strict=True):
        size = heights(sample)
        wanted = (size >= low) & (size < high) & (sample.labels < 2)
        one = Sample(sample.picture, sample.boxes[wanted], np.zeros(int(wanted.sum()), np.int64), sample.source, sample.name)
        seen = [(0, box, s) for label, box, s in some if label < 2 and s >= on[CLASSES[label]]]
        hits, _, count = right_and_wrong([one], [seen], 0)
        right, total = right + len(hits), total + count
    return [percent(right / total) if total else "-", str(total)], total


def report(network: Network, folders: list[Path], empty: list[Path], on: dict[str, float]) -> str:
    """Markdown. `folders` are labelled, `empty` show no refuse, `on` are the working scores."""
    parts, head = [], ["mAP50", *CLASSES, "mAP50-95"]
    for folder in folders:
        samples = read_folder(folder)
        found = detect_all(network, samples)
        rows = [["all", str(len(samples)), *by_class(samples, found)]]
        hours = lights(folder, samples)
        for name in sorted(set(hours)):
            some = [i for i, hour in enumerate(hours) if hour == name]
            if len(some) >= 5:
                rows.append([name, str(len(some)), *by_class([samples[i] for i in some], [found[i] for i in some])])
        for low, high in SIZES:
            outside = [(heights(s) < low) | (heights(s) >= high) for s in samples]
            inside = sum(int((~o).sum()) for o in outside)
            if inside >= 20:
                s = score(samples, found, outside)
                size = f"boxes {low}-{high} px high" if high < 10_000 else f"boxes from {low} px"
                rows.append([size, f"{inside} boxes", percent(s.map50), *(percent(s.by_class[c]) for c in CLASSES), percent(s.map50_95)])
        parts.append(f"{folder.parent.name}/{folder.name}\n\n" + table(["", "pictures", *head], rows))
        rows = []
        for factor in (1.0, 0.6, 0.35, 0.2, 0.12):
            shrunk = samples if factor == 1 else [smaller(s, factor) for s in samples]
            seen = found if factor == 1 else detect_all(network, shrunk)
            rows += [[f"{factor:g}", f"{low}-{high}", *cells] for low, high in ((8, 12), (12, 16), (16, 24), (24, 32), (32, 48), (48, 96), (96, 400))
                     for cells, total in [recall(shrunk, seen, on, low, high)] if total >= 30]
        parts.append("Bins and overflowing bins found at the working score, the scene moved away\n\n" + table(["scale", "height in px", "found %", "of"], rows))
    rows = []
    for folder in empty:
        samples = read_folder(folder)
        seen = detect_all(network, samples)
        sources = [s.name.split("-")[0] for s in samples]
        for name in (f"{folder.parent.name}/{folder.name}", *sorted(set(sources))):
            some = [f for f, source in zip(seen, sources, strict=True) if name in (source, f"{folder.parent.name}/{folder.name}")]
            rows.append([name, str(len(some)), percent(false_refuse(some, on)), *(percent(false_refuse(some, {c: t for c in CLASSES})) for t in (0.5, 0.6, 0.7))])
    parts.append("Pictures without refuse that carry an overflow or litter box, %; all, and by source\n\n" + table(["", "pictures", "working", "0.5", "0.6", "0.7"], rows))
    return "\n\n".join(parts)
