"""What the detector is trained to make small: quality-weighted cross entropy for scores, complete IoU for boxes."""

import math

import torch
from torch import Tensor
from torch.nn import functional as F

from .assigner import assign

BOX_WEIGHT = 2.0
EASY_BACKGROUND = 0.75
"""Weight of background: EASY_BACKGROUND * score^2, so that thousands of cells that are right already do not drown the others."""


def complete_iou(a: Tensor, b: Tensor) -> Tensor:
    """N x 4 against N x 4 -> N: IoU less penalties for distance and shape (Zheng and others, AAAI 2020). 1 for equal boxes."""
    overlap = (torch.minimum(a[:, 2:], b[:, 2:]) - torch.maximum(a[:, :2], b[:, :2])).clamp(min=0).prod(-1)
    (wa, ha), (wb, hb) = (a[:, 2:] - a[:, :2]).unbind(-1), (b[:, 2:] - b[:, :2]).unbind(-1)
    iou = overlap / (wa * ha + wb * hb - overlap + 1e-7)
    hull = (torch.maximum(a[:, 2:], b[:, 2:]) - torch.minimum(a[:, :2], b[:, :2])).pow(2).sum(-1) + 1e-7
    distance = ((a[:, :2] + a[:, 2:] - b[:, :2] - b[:, 2:]) / 2).pow(2).sum(-1)
    shape = 4 / math.pi**2 * (torch.atan(wb / (hb + 1e-7)) - torch.atan(wa / (ha + 1e-7))).pow(2)
    with torch.no_grad():
        share = shape / (1 - iou + shape + 1e-7)
    return iou - distance / hull - share * shape


def detection_loss(boxes: Tensor, logits: Tensor, truth: list[tuple[Tensor, Tensor]], points: Tensor, strides: Tensor) -> tuple[Tensor, Tensor]:
    """A batch: boxes N x A x 4, logits N x A x C, truth: for each picture its boxes G x 4 and labels G.

    -> the loss of the scores and the weighted loss of the boxes, both divided by the sum of the wanted scores.
    """
    scores = logits.detach().sigmoid()
    wanted = torch.zeros_like(logits)
    box_loss = logits.new_zeros(())
    for i, (gt, labels) in enumerate(truth):
        owner, quality = assign(points, strides, boxes[i].detach(), scores[i], gt, labels)
        cells = (owner >= 0).nonzero().squeeze(1)
        if not len(cells):
            continue
        wanted[i, cells, labels[owner[cells]]] = quality[cells]
        box_loss = box_loss + ((1 - complete_iou(boxes[i, cells], gt[owner[cells]])) * quality[cells]).sum()
    weight = torch.where(wanted > 0, wanted.clamp(min=0.1), EASY_BACKGROUND * scores**2)
    score_loss = (F.binary_cross_entropy_with_logits(logits, wanted, reduction="none") * weight).sum()
    total = wanted.sum().clamp(min=1.0)
    return score_loss / total, BOX_WEIGHT * box_loss / total
