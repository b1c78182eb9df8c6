"""Sheets of annotated pictures: what is seen as it should be, and what is not."""

from pathlib import Path

import cv2
import numpy as np

from . import CLASSES
from .detection import Network
from .evaluate import SHAPE, Detections, detect_all
from .pictures import Sample, read_folder
from .thresholds import iou

COLOURS = {"bin": (70, 200, 90), "overflow": (235, 60, 50), "litter": (255, 170, 30)}
MISSED = (255, 255, 255)
TILE, COLUMNS = (480, 270), 3
SAME = 0.3
"""Overlap over union from which a box is at the place of another, as the judge has it."""


def faults(sample: Sample, seen: Detections) -> tuple[list[int], list[int]]:
    """-> indices of dirty boxes that no box of their class found, and of the seen dirty boxes that are at no dirty place."""
    dirty = [k for k, label in enumerate(sample.labels) if CLASSES[label] != "bin"]
    boxes = sample.boxes[dirty] if dirty else np.zeros((0, 4), np.float32)
    missed = [k for k in dirty if not any(label == sample.labels[k] and iou(box, sample.boxes[k:k + 1])[0] >= SAME for label, box, _ in seen)]
    false = [i for i, (label, box, _) in enumerate(seen) if CLASSES[label] != "bin" and not (len(boxes) and iou(box, boxes).max() >= SAME)]
    return missed, false


def annotate(sample: Sample, seen: Detections, missed: list[int]) -> np.ndarray:
    """What was seen, in the colour of its class with its score; dirty places that were not, in white."""
    picture = cv2.resize(sample.picture, TILE, interpolation=cv2.INTER_AREA)
    scale = np.array([TILE[0] / sample.picture.shape[1], TILE[1] / sample.picture.shape[0]] * 2)
    rows = [(sample.boxes[k], MISSED, f"{CLASSES[sample.labels[k]]} missed") for k in missed]
    rows += [(box, COLOURS[CLASSES[label]], f"{CLASSES[label]} {score:.2f}") for label, box, score in sorted(seen, key=lambda d: d[2])]
    for box, colour, text in rows:
        x1, y1, x2, y2 = (int(v) for v in box * scale)
        cv2.rectangle(picture, (x1, y1), (x2, y2), colour, 2)
        (w, h), _ = cv2.getTextSize(text, cv2.FONT_HERSHEY_SIMPLEX, 0.4, 1)
        x, y = min(max(0, x1), TILE[0] - w - 4), max(h + 4, y1)
        cv2.rectangle(picture, (x, y - h - 4), (x + w + 4, y), colour, -1)
        cv2.putText(picture, text, (x + 2, y - 3), cv2.FONT_HERSHEY_SIMPLEX, 0.4, (0, 0, 0), 1, cv2.LINE_AA)
    return picture


def sheet(tiles: list[np.ndarray]) -> np.ndarray:
    """Tiles side by side, COLUMNS in a row; the last row filled up with grey."""
    tiles = tiles + [np.full((TILE[1], TILE[0], 3), 114, np.uint8)] * (-len(tiles) % COLUMNS)
    return np.vstack([np.hstack(tiles[k:k + COLUMNS]) for k in range(0, len(tiles), COLUMNS)])


def gallery(network: Network, folder: Path, on: dict[str, float], out: Path, count: int = 12) -> dict[str, int]:
    """Writes OUT/right.jpg (a choice of the pictures without a fault) and OUT/wrong.jpg (of those with one); -> how many there are of each."""
    samples = read_folder(folder)
    found = [[d for d in some if d[2] >= on[CLASSES[d[0]]]] for some in detect_all(network, samples, shape=SHAPE)]
    right, wrong = [], []
    for sample, seen in zip(samples, found, strict=True):
        missed, false = faults(sample, seen)
        (wrong if missed or false else right).append((sample, seen, missed))
    out.mkdir(parents=True, exist_ok=True)
    for name, some in (("right", right), ("wrong", wrong)):
        chosen = some[:: max(1, len(some) // count)][:count]
        if chosen:
            picture = cv2.cvtColor(sheet([annotate(*one) for one in chosen]), cv2.COLOR_RGB2BGR)
            cv2.imwrite(str(out / f"{name}.jpg"), picture, [cv2.IMWRITE_JPEG_QUALITY, 80])
    return {"right": len(right), "wrong": len(wrong)}
