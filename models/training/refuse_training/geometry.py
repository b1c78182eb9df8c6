"""Where a picture and its boxes go on a canvas: letterboxing for detection, free placement and mosaics for training."""

from dataclasses import dataclass
from random import Random

import cv2
import numpy as np

from .pictures import Sample

GREY = 114
STRIDE = 32
"""Sides of an input are multiples of it."""


@dataclass(frozen=True)
class Letterbox:
    """A picture scaled to fit an input, centred on grey. To go back: (x - left) / scale, (y - top) / scale."""

    scale: float
    left: int
    top: int


def letterbox(picture: np.ndarray, width: int, height: int) -> tuple[np.ndarray, Letterbox]:
    """H x W x 3 -> height x width x 3."""
    ih, iw = picture.shape[:2]
    scale = min(width / iw, height / ih)
    w, h = min(width, round(iw * scale)), min(height, round(ih * scale))
    left, top = (width - w) // 2, (height - h) // 2
    canvas = np.full((height, width, 3), GREY, np.uint8)
    canvas[top:top + h, left:left + w] = cv2.resize(picture, (w, h), interpolation=cv2.INTER_LINEAR if scale > 0.5 else cv2.INTER_AREA)
    return canvas, Letterbox(scale, left, top)


def input_shape(width: int, height: int, area: int = 640 * 384) -> tuple[int, int]:
    """The input (width, height) of at most `area` pixels, sides multiples of 32, that shows a picture of this shape largest; among equals the smallest."""
    shapes = [(w, area // w // STRIDE * STRIDE) for w in range(STRIDE, area // STRIDE + 1, STRIDE)]
    shapes += [(w, h - STRIDE) for w, h in shapes]
    return max(((w, h) for w, h in shapes if h >= STRIDE), key=lambda s: (round(min(s[0] / width, s[1] / height), 9), -s[0] * s[1]))


def place(sample: Sample, width: int, height: int, scale: float, aspect: float, cx: float, cy: float, flip: bool) -> tuple[np.ndarray, np.ndarray]:
    """Scales a picture to fit a canvas of width x height times `scale`, makes it wider by `aspect`, and puts its middle at (cx, cy).

    -> the canvas, and the boxes on it (not clipped, G x 4).
    """
    ih, iw = sample.picture.shape[:2]
    s = min(width / iw, height / ih) * scale
    sx, sy = s * aspect**0.5, s / aspect**0.5
    m = np.array([[-sx if flip else sx, 0, 0], [0, sy, 0]], np.float32)
    m[0, 2] = cx - m[0, 0] * iw / 2
    m[1, 2] = cy - m[1, 1] * ih / 2
    picture = sample.picture
    if s < 0.5:  # warpAffine samples four pixels only: shrink by area first
        picture = cv2.resize(picture, (max(1, iw // 2), max(1, ih // 2)), interpolation=cv2.INTER_AREA)
        m2 = m.copy()
        m2[:, :2] *= [iw / picture.shape[1], ih / picture.shape[0]]
    else:
        m2 = m
    canvas = cv2.warpAffine(picture, m2, (width, height), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT, borderValue=(GREY,) * 3)
    x = sample.boxes[:, 0::2] * m[0, 0] + m[0, 2]
    y = sample.boxes[:, 1::2] * m[1, 1] + m[1, 2]
    return canvas, np.stack((x.min(1), y.min(1), x.max(1), y.max(1)), 1) if len(x) else np.zeros((0, 4), np.float32)


def clip(boxes: np.ndarray, labels: np.ndarray, width: int, height: int, visible: float = 0.35, least: float = 5.0) -> tuple[np.ndarray, np.ndarray]:
    """Boxes cut at the canvas; those of which less than `visible` is left, or with a side under `least` pixels, are dropped."""
    area = (boxes[:, 2] - boxes[:, 0]) * (boxes[:, 3] - boxes[:, 1])
    cut = boxes.clip(0, [width, height, width, height]).astype(np.float32)
    w, h = cut[:, 2] - cut[:, 0], cut[:, 3] - cut[:, 1]
    keep = (np.minimum(w, h) >= least) & (w * h >= visible * area)
    return cut[keep], labels[keep]


def alone(sample: Sample, rng: Random, width: int, height: int, least_scale: float = 0.35, most_scale: float = 1.7) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """One picture at a random scale, aspect ratio and place -> canvas, boxes, labels."""
    scale = rng.choice((rng.uniform(least_scale, 1.0), rng.uniform(0.75, most_scale)))
    aspect = np.exp(rng.uniform(np.log(0.6), np.log(1.7)))
    span = abs(scale - 1) / 2 + 0.05
    canvas, boxes = place(sample, width, height, scale, aspect, width * (0.5 + rng.uniform(-span, span)), height * (0.5 + rng.uniform(-span, span)), rng.random() < 0.5)
    return canvas, *clip(boxes, sample.labels, width, height)


def mosaic(samples: list[Sample], rng: Random, width: int, height: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Four pictures in the quarters around a random middle -> canvas, boxes, labels."""
    mx, my = int(rng.uniform(0.35, 0.65) * width), int(rng.uniform(0.35, 0.65) * height)
    canvas = np.full((height, width, 3), GREY, np.uint8)
    boxes, labels = [], []
    for sample, (x1, y1, x2, y2) in zip(samples, ((0, 0, mx, my), (mx, 0, width, my), (0, my, mx, height), (mx, my, width, height)), strict=True):
        w, h = x2 - x1, y2 - y1
        ih, iw = sample.picture.shape[:2]
        cover = max(w / iw, h / ih) / min(w / iw, h / ih)  # the scale at which no grey is left
        scale = cover ** rng.uniform(0.3, 1.0) * rng.uniform(0.8, 1.3)
        tile, found = place(sample, w, h, scale, rng.uniform(0.75, 1.33), w * rng.uniform(0.4, 0.6), h * rng.uniform(0.4, 0.6), rng.random() < 0.5)
        found, kinds = clip(found, sample.labels, w, h)
        canvas[y1:y2, x1:x2] = tile
        boxes.append(found + np.array([x1, y1, x1, y1], np.float32))
        labels.append(kinds)
    return canvas, np.concatenate(boxes), np.concatenate(labels)
