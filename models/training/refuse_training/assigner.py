"""Which cell answers for which box: task-aligned assignment.

A cell's claim on a box is score^0.5 * IoU^4 of what it predicts now; the ten best claims of each box win, a cell that won several boxes
answers for the one that it overlaps most. (Feng and others, TOOD, ICCV 2021; the exponents of PP-YOLOE and YOLOv8 with a softer score.)
"""

import torch
from torch import Tensor

CLAIMS = 10
SCORE_POWER = 0.5
IOU_POWER = 4.0
QUALITY_POWER = 0.5
"""The score wanted of a box is its IoU to this power: a heap has no sharp outline, and is yet there for certain."""


def iou_matrix(a: Tensor, b: Tensor) -> Tensor:
    """N x 4 and M x 4 boxes (x1 y1 x2 y2) -> N x M."""
    overlap = (torch.minimum(a[:, None, 2:], b[None, :, 2:]) - torch.maximum(a[:, None, :2], b[None, :, :2])).clamp(min=0).prod(-1)
    area = lambda t: (t[:, 2:] - t[:, :2]).clamp(min=0).prod(-1)
    return overlap / (area(a)[:, None] + area(b)[None] - overlap + 1e-7)


@torch.no_grad()
def assign(points: Tensor, strides: Tensor, boxes: Tensor, scores: Tensor, truth: Tensor, labels: Tensor) -> tuple[Tensor, Tensor]:
    """One picture.

    points: A x 2, middles of the cells in pixels. strides: A. boxes: A x 4 and scores: A x C, as predicted. truth: G x 4, labels: G.
    -> owner: A, index of the box that a cell answers for, -1 for none; quality: A, 0..1, the score that the cell should give: its claim, scaled so
    that the best claim on a box asks for the best IoU among its claims, to QUALITY_POWER.
    """
    count = points.shape[0]
    if not len(truth):
        return torch.full((count,), -1), torch.zeros(count)
    sides = torch.cat((points[None] - truth[:, None, :2], truth[:, None, 2:] - points[None]), -1)
    middles = (truth[:, :2] + truth[:, 2:]) / 2
    # Cells inside the box, and those next to its middle: a box smaller than a cell may contain no middle of any.
    offered = (sides.amin(-1) > 0) | ((points[None] - middles[:, None]).abs().amax(-1) < strides[None])
    iou = iou_matrix(truth, boxes)
    claim = torch.where(offered, scores[:, labels].T.clamp(1e-6) ** SCORE_POWER * iou**IOU_POWER + 1e-12, torch.zeros(()))
    best, cells = claim.topk(min(CLAIMS, count), dim=1)
    won = torch.zeros_like(claim, dtype=torch.bool).scatter_(1, cells, best > 0)
    overlap, owner = torch.where(won, iou + 1e-6, torch.zeros(())).max(0)
    owner = torch.where(overlap > 0, owner, torch.full_like(owner, -1))
    quality = torch.zeros(count)
    cells = (owner >= 0).nonzero().squeeze(1)
    mine = owner[cells]
    top_claim, top_iou = torch.where(won, claim, torch.zeros(())).amax(1), torch.where(won, iou, torch.zeros(())).amax(1)
    quality[cells] = claim[mine, cells] / (top_claim[mine] + 1e-12) * top_iou[mine] ** QUALITY_POWER
    return owner, quality.clamp(0, 1)
