"""Working thresholds, chosen on labelled pictures and on pictures without refuse.

`on`: from here a box counts. For overflow and litter the lowest score, in steps of 0.01, at which at most EMPTY_SHARE of the pictures without refuse
carries a box of that class; for bins, and at least for the others too, the score of the best F1. So a false order is dearer than a look that misses:
the judge takes several looks.
`off`: under it nothing is there. The score that 9 of 10 right boxes reach, but at least 0.1 under `on`.
"""

import numpy as np

from . import CLASSES
from .evaluate import Detections
from .pictures import Sample

EMPTY_SHARE = 0.005
RIGHT_IOU = 0.5
STEPS = np.round(np.arange(0.20, 0.91, 0.01), 2)


def iou(box: np.ndarray, others: np.ndarray) -> np.ndarray:
    overlap = (np.minimum(box[2:], others[:, 2:]) - np.maximum(box[:2], others[:, :2])).clip(0).prod(1)
    area = lambda b: (b[..., 2:] - b[..., :2]).clip(0).prod(-1)
    return overlap / (area(box) + area(others) - overlap + 1e-9)


def right_and_wrong(samples: list[Sample], found: list[Detections], label: int) -> tuple[np.ndarray, np.ndarray, int]:
    """Scores of boxes that found a labelled one (each at most once, best score first), scores of the others, number of labelled boxes."""
    right, wrong, total = [], [], 0
    for sample, some in zip(samples, found, strict=True):
        truth = sample.boxes[sample.labels == label]
        free = np.ones(len(truth), bool)
        total += len(truth)
        for kind, box, score in some:
            if kind != label:
                continue
            overlap = np.where(free, iou(box, truth), 0) if len(truth) else np.zeros(1)
            if len(truth) and overlap.max() >= RIGHT_IOU:
                free[overlap.argmax()] = False
                right.append(score)
            else:
                wrong.append(score)
    return np.array(right), np.array(wrong), total


def choose(samples: list[Sample], found: list[Detections], empty: list[Detections]) -> dict[str, dict[str, float]]:
    """-> {"bin": {"on": 0.5, "off": 0.35}, ...}, rounded to hundredths."""
    chosen = {}
    for label, name in enumerate(CLASSES):
        right, wrong, total = right_and_wrong(samples, found, label)
        f1 = [2 * (right >= t).sum() / max(1, (right >= t).sum() + (wrong >= t).sum() + total) for t in STEPS]
        on = float(STEPS[int(np.argmax(f1))])
        if name != "bin":
            worst = [max((s for k, _, s in some if k == label), default=0.0) for some in empty]
            quiet = next((t for t in STEPS if np.mean(np.array(worst) >= t) <= EMPTY_SHARE), STEPS[-1])
            on = max(on, float(quiet))
        off = min(on - 0.1, float(np.quantile(right, 0.1)) if len(right) else on - 0.1)
        chosen[name] = {"on": round(on, 2), "off": round(max(0.1, off), 2)}
    return chosen
