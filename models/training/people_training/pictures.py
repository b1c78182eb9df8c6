"""Labelled gatherings, as `python -m scenes gatherings` writes them, as the product feeds them: scaled to fit, grey around."""

from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from . import HEIGHT, WIDTH

GREY = 114
SURE = 0.35
"""Share of a head that is seen, from which on it has to be found; below it nobody asks."""


class BadLabels(ValueError):
    """A file of labels that says something impossible; the message names it and its line."""


@dataclass(frozen=True)
class Sample:
    """`heads` and `boxes` in pixels of the input: K x 2, and K x 4 (left, top, right, bottom; may lie outside); `sure` K times true or false."""

    path: Path
    rows: np.ndarray


def find(folders: list[Path]) -> list[Sample]:
    """Every picture that has labels, by name."""
    samples = []
    for folder in folders:
        for labels in sorted((folder / "labels").glob("*.txt")):
            picture = folder / "images" / f"{labels.stem}.jpg"
            if picture.exists():
                samples.append(Sample(picture, _rows(labels)))
    if not samples:
        raise BadLabels(f"no labelled pictures in {', '.join(map(str, folders))}; `python -m scenes gatherings` in samples/ makes them")
    return samples


def _rows(path: Path) -> np.ndarray:
    rows = []
    for number, line in enumerate(path.read_text().splitlines(), 1):
        try:
            row = [float(v) for v in line.split()]
        except ValueError:
            row = []
        if len(row) != 7 or not (0 <= row[0] <= 1 and 0 <= row[1] <= 1 and row[4] > 0 and row[5] > 0 and 0 <= row[6] <= 1):
            raise BadLabels(f"{path}, line {number}: not head x and y, box x, y, width, height in fractions, and the share that is seen: {line!r}")
        rows.append(row)
    return np.array(rows, np.float32).reshape(-1, 7)


def place(width: int, height: int) -> tuple[float, int, int]:
    """How a picture lies in the input: scale, left, top. As io.kerbwatch.vision.frame.Letterbox does it."""
    scale = min(WIDTH / width, HEIGHT / height)
    return scale, (WIDTH - round(width * scale)) // 2, (HEIGHT - round(height * scale)) // 2


def letterbox(picture: np.ndarray) -> np.ndarray:
    """B G R of any size -> 3 x 192 x 320 bytes, R G B."""
    height, width = picture.shape[:2]
    scale, left, top = place(width, height)
    canvas = np.full((HEIGHT, WIDTH, 3), GREY, np.uint8)
    w, h = round(width * scale), round(height * scale)
    canvas[top : top + h, left : left + w] = cv2.resize(picture, (w, h), interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR)
    return np.ascontiguousarray(canvas[:, :, ::-1].transpose(2, 0, 1))


def load(sample: Sample) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """-> input (3 x 192 x 320 bytes), heads (K x 2), boxes (K x 4: left, top, right, bottom), sure (K)."""
    picture = cv2.imread(str(sample.path))
    if picture is None:
        raise BadLabels(f"{sample.path} is no picture")
    height, width = picture.shape[:2]
    scale, left, top = place(width, height)
    rows = sample.rows
    heads = rows[:, :2] * (width, height) * scale + (left, top)
    corner = rows[:, 2:4] * (width, height) * scale + (left, top)
    boxes = np.concatenate([corner, corner + rows[:, 4:6] * (width, height) * scale], 1)
    return letterbox(picture), heads.astype(np.float32), boxes.astype(np.float32), rows[:, 6] >= SURE
