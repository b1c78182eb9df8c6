"""What is made small: focal loss on the map of heads (Law and Deng, CornerNet, 2018), and the distances to the sides of each person."""

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from . import HEIGHT, STRIDE, WIDTH
from .network import REACH

SIDES_WEIGHT = 1.0


def targets(heads: np.ndarray, boxes: np.ndarray, sure: np.ndarray) -> dict[str, np.ndarray]:
    """Maps for one picture: `heat` (1 at heads, falling around), `asked` (0 where nobody asks), and `cells` (K x 2), `sides` (K x 6) of the sure heads."""
    h, w = HEIGHT // STRIDE, WIDTH // STRIDE
    heat, asked = np.zeros((h, w), np.float32), np.ones((h, w), np.float32)
    ys, xs = np.mgrid[:h, :w].astype(np.float32)
    cells, sides = [], []
    for (x, y), (x0, y0, x1, y1), certain in zip(heads, boxes, sure, strict=True):
        cx, cy = x / STRIDE - 0.5, y / STRIDE - 0.5
        i, j = int(np.clip(round(float(cx)), 0, w - 1)), int(np.clip(round(float(cy)), 0, h - 1))
        # a head is about an eighth of its person
        sigma = float(np.clip((y1 - y0) / STRIDE / 18, 0.6, 2.0))
        near = (xs - i) ** 2 + (ys - j) ** 2
        if not certain:
            asked[near <= (2.5 * sigma) ** 2] = 0
            continue
        heat = np.maximum(heat, np.exp(-near / (2 * sigma * sigma)))
        cells.append((i, j))
        sides.append((cx - i, cy - j, (x - x0) / REACH, (y - y0) / REACH, (x1 - x) / REACH, (y1 - y) / REACH))
    asked[heat > 0.3] = 1
    return {"heat": heat, "asked": asked, "cells": np.array(cells, np.int64).reshape(-1, 2), "sides": np.array(sides, np.float32).reshape(-1, 6)}


def loss(logits: Tensor, sides: Tensor, heat: Tensor, asked: Tensor, where: Tensor, wanted: Tensor) -> tuple[Tensor, Tensor]:
    """-> loss of the heads and of the sides. `where`: M x 3 (picture, column, row), `wanted`: M x 6."""
    logits = logits[:, 0].float()
    share = torch.sigmoid(logits)
    on = (heat > 0.999).float()
    positive = -functional.logsigmoid(logits) * (1 - share) ** 2 * on
    negative = -functional.logsigmoid(-logits) * share**2 * (1 - heat) ** 4 * (1 - on)
    count = on.sum().clamp(min=1)
    heads = ((positive + negative) * asked).sum() / count
    if len(where) == 0:
        return heads, sides.sum() * 0
    found = sides.float()[where[:, 0], :, where[:, 2], where[:, 1]]
    return heads, SIDES_WEIGHT * functional.smooth_l1_loss(found, wanted, beta=0.1, reduction="sum") / count
