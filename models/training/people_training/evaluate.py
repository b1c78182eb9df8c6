"""Heads found and missed on labelled pictures."""

from pathlib import Path

import numpy as np
import torch

from .pictures import find, load

NEAR = 0.10
"""A found head is right within this share of its person's height."""


def evaluate(model: Path, folders: list[Path], scores: tuple[float, ...] = (0.2, 0.3, 0.4, 0.5, 0.6)) -> dict[str, dict[str, float]]:
    """For each score: share of sure heads found, share of found that are heads, and how far feet are off (share of the height, median)."""
    torch.set_num_threads(1)
    network = torch.jit.load(str(model)).eval()
    counts = {s: [0, 0, 0] for s in scores}
    feet: list[float] = []
    for sample in find(folders):
        picture, heads, boxes, sure = load(sample)
        with torch.inference_mode():
            rows = network(torch.from_numpy(picture)[None]).numpy()
        for s in scores:
            pairs, wrong = match(rows[rows[:, 0] >= s], heads, boxes, sure)
            counts[s][0] += len(pairs)
            counts[s][1] += int(sure.sum()) - len(pairs)
            counts[s][2] += wrong
            if s == scores[0]:
                feet += [abs(row[6] - boxes[i, 3]) / (boxes[i, 3] - boxes[i, 1]) for row, i in pairs]
    table = {str(s): {"found": right / max(1, right + missed), "right": right / max(1, right + wrong)} for s, (right, missed, wrong) in counts.items()}
    return table | {"feet": {"median": float(np.median(feet)) if feet else 0.0, "heads": float(sum(counts[scores[0]][:2]))}}


def match(rows: np.ndarray, heads: np.ndarray, boxes: np.ndarray, sure: np.ndarray) -> tuple[list[tuple[np.ndarray, int]], int]:
    """Best score first, each to the nearest head that is free -> (row, head) of the sure ones, and how many rows are wrong; doubtful heads count for nobody."""
    free, pairs, wrong = set(range(len(heads))), [], 0
    for row in rows:
        at = sorted(free, key=lambda i: float(np.hypot(*(heads[i] - row[1:3]))))
        if at and np.hypot(*(heads[at[0]] - row[1:3])) <= NEAR * (boxes[at[0], 3] - boxes[at[0], 1]):
            free.discard(at[0])
            if sure[at[0]]:
                pairs.append((row, at[0]))
        else:
            wrong += 1
    return pairs, wrong
