"""How good is it: average precision by pycocotools, as the judge of detections counts it; by class, size, light; and false refuse on empty pictures."""

import contextlib
import io
from dataclasses import dataclass, field

import numpy as np
from pycocotools.coco import COCO
from pycocotools.cocoeval import COCOeval

from . import CLASSES
from .detection import Network, detect
from .pictures import Sample

SHAPE = (640, 384)
"""The input of the product."""
Detections = list[tuple[int, np.ndarray, float]]


@dataclass(frozen=True)
class Scores:
    """Average precision at IoU 0.5 by class and over classes, and over IoU 0.5..0.95."""

    by_class: dict[str, float] = field(default_factory=dict)
    map50: float = float("nan")
    map50_95: float = float("nan")

    def __str__(self) -> str:
        return f"mAP50 {self.map50:.4f} ({', '.join(f'{k} {v:.4f}' for k, v in self.by_class.items())}) mAP50-95 {self.map50_95:.4f}"


def detect_all(network: Network, samples: list[Sample], least: float = 0.01, shape: tuple[int, int] | None = SHAPE) -> list[Detections]:
    """Detections of every picture, at an input of `shape` (width, height); None takes for each picture the shape that fits it best."""
    return [detect(network, s.picture, least, shape) for s in samples]


def coco_truth(samples: list[Sample], ignored: list[np.ndarray] | None = None) -> dict:
    """`ignored`: for each picture which of its boxes (bool) count neither as found nor as missed (a crowd, in COCO's words)."""
    annotations = []
    for i, s in enumerate(samples, 1):
        for k, (box, label) in enumerate(zip(s.boxes, s.labels, strict=True)):
            w, h = box[2:] - box[:2]
            skip = int(ignored is not None and bool(ignored[i - 1][k]))
            annotations.append({"id": len(annotations) + 1, "image_id": i, "category_id": int(label) + 1, "iscrowd": skip, "area": float(w * h),
                                "bbox": [float(box[0]), float(box[1]), float(w), float(h)]})
    return {"images": [{"id": i, "file_name": s.name, "width": s.picture.shape[1], "height": s.picture.shape[0]} for i, s in enumerate(samples, 1)],
            "annotations": annotations, "categories": [{"id": k + 1, "name": n} for k, n in enumerate(CLASSES)]}


def coco_detections(found: list[Detections]) -> list[dict]:
    """Coordinates to two, scores to five decimals, as `detect --format coco` writes them."""
    return [{"image_id": i, "category_id": label + 1, "score": round(score, 5),
             "bbox": [round(float(v), 2) for v in (box[0], box[1], box[2] - box[0], box[3] - box[1])]}
            for i, some in enumerate(found, 1) for label, box, score in some]


def score(samples: list[Sample], found: list[Detections], ignored: list[np.ndarray] | None = None) -> Scores:
    with contextlib.redirect_stdout(io.StringIO()):
        truth = COCO()
        truth.dataset = coco_truth(samples, ignored)
        truth.createIndex()
        rows = coco_detections(found)
        if not rows:
            return Scores({c: 0.0 for c in CLASSES}, 0.0, 0.0)
        judge = COCOeval(truth, truth.loadRes(rows), "bbox")
        judge.evaluate()
        judge.accumulate()
    precision = judge.eval["precision"][:, :, :, 0, -1]  # IoU, recall, class; all areas, at most 100 a picture
    mean = lambda p: float(p[p > -1].mean()) if (p > -1).any() else float("nan")
    by_class = {c: mean(precision[0, :, k]) for k, c in enumerate(CLASSES)}
    return Scores(by_class, float(np.nanmean(list(by_class.values()))), mean(precision))


def false_refuse(found: list[Detections], least: dict[str, float]) -> float:
    """Share of pictures (of places without refuse) that carry an overflow or litter box of at least its class's score."""
    fires = [any(CLASSES[label] != "bin" and s >= least[CLASSES[label]] for label, _, s in some) for some in found]
    return float(np.mean(fires)) if fires else float("nan")
