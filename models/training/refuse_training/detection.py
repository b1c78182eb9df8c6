"""From what the network says to detections, as the product does it: letterbox, best candidates, suppression a class, back to pixels of the picture."""

from collections.abc import Callable, Sequence

import numpy as np
import torch
from torch import Tensor

from .geometry import input_shape, letterbox

NMS_IOU, CANDIDATES, KEEP = 0.6, 300, 100

Network = Callable[[Tensor], tuple[Tensor, Tensor]]
"""N x 3 x H x W, uint8 -> boxes N x A x 4 in pixels of the input, scores N x A x C."""


def suppress(boxes: np.ndarray, scores: np.ndarray, limit: float = NMS_IOU) -> list[int]:
    """Indices to keep, best first: of two boxes with an IoU over `limit` the better one stays."""
    order, keep = np.argsort(-scores, kind="stable"), []
    area = (boxes[:, 2:] - boxes[:, :2]).clip(0).prod(1)
    while len(order):
        first, rest = order[0], order[1:]
        keep.append(int(first))
        overlap = (np.minimum(boxes[first, 2:], boxes[rest, 2:]) - np.maximum(boxes[first, :2], boxes[rest, :2])).clip(0).prod(1)
        order = rest[overlap / (area[first] + area[rest] - overlap + 1e-9) <= limit]
    return keep


def decode(boxes: np.ndarray, scores: np.ndarray, least: float) -> list[tuple[int, np.ndarray, float]]:
    """A x 4 and A x C of one picture -> (class, box x1 y1 x2 y2 in pixels of the input, score), best first."""
    found = []
    for label in range(scores.shape[1]):
        cells = np.flatnonzero(scores[:, label] >= least)
        cells = cells[np.argsort(-scores[cells, label], kind="stable")[:CANDIDATES]]
        found += [(label, boxes[cells[i]], float(scores[cells[i], label])) for i in suppress(boxes[cells], scores[cells, label])]
    return sorted(found, key=lambda d: -d[2])[:KEEP]


def to_input(picture: np.ndarray, width: int, height: int) -> Tensor:
    return torch.from_numpy(np.ascontiguousarray(letterbox(picture, width, height)[0])).permute(2, 0, 1)[None].contiguous()


def detect(network: Network, picture: np.ndarray, least: float = 0.01, shape: Sequence[int] | None = None) -> list[tuple[int, np.ndarray, float]]:
    """RGB picture of any size -> (class, box x1 y1 x2 y2 in pixels of the picture, score), best first. `shape`: (width, height) of the input."""
    height, width = picture.shape[:2]
    w, h = shape or input_shape(width, height)
    _, at = letterbox(picture, w, h)
    with torch.inference_mode():
        boxes, scores = (t[0].numpy() for t in network(to_input(picture, w, h)))
    back = lambda b: ((b - [at.left, at.top] * 2) / at.scale).clip(0, [width, height] * 2)
    return [(label, back(box), score) for label, box, score in decode(boxes, scores, least)]
