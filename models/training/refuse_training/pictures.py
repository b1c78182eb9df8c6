"""Labelled pictures: read from folders, checked, and kept decoded in one file that every loader process maps."""

import json
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from . import CLASSES

SUFFIXES = {".webp", ".jpg", ".jpeg", ".png"}
STRETCHED = "stretched"
"""A source whose pictures lost their aspect ratio."""


@dataclass(frozen=True)
class Sample:
    """A picture and what is known of it.

    picture: H x W x 3, uint8, RGB. boxes: G x 4, float32, x1 y1 x2 y2 in pixels. labels: G, int64, indices of CLASSES.
    source: name of the set. name: file name.
    """

    picture: np.ndarray
    boxes: np.ndarray
    labels: np.ndarray
    source: str
    name: str


class BadLabels(ValueError):
    """A label file that cannot be trusted; says which file and line."""


def picture_paths(folder: Path) -> list[Path]:
    """Pictures of FOLDER or of FOLDER/images, by name."""
    inner = folder / "images"
    return sorted(p for p in (inner if inner.is_dir() else folder).iterdir() if p.suffix.lower() in SUFFIXES)


def read_labels(path: Path, width: int, height: int) -> tuple[np.ndarray, np.ndarray]:
    """YOLO rows (class, centre x, centre y, width, height, in 0..1) of one file -> boxes G x 4 in pixels, labels G. No file: no box."""
    boxes, labels = [], []
    for number, line in enumerate(path.read_text().splitlines() if path.exists() else [], 1):
        if not line.strip():
            continue
        try:
            kind, *numbers = line.split()
            cx, cy, w, h = map(float, numbers[:4])
            label = int(kind)
        except ValueError as e:
            raise BadLabels(f"{path}, line {number}: '{line}' is not 'class cx cy w h'") from e
        if not 0 <= label < len(CLASSES):
            raise BadLabels(f"{path}, line {number}: class {label}; known are 0..{len(CLASSES) - 1} ({', '.join(CLASSES)})")
        x1, y1, x2, y2 = cx - w / 2, cy - h / 2, cx + w / 2, cy + h / 2
        if min(x1, y1) < -0.02 or max(x2, y2) > 1.02 or w <= 0 or h <= 0:
            raise BadLabels(f"{path}, line {number}: box outside the picture or empty")
        boxes.append((max(x1, 0) * width, max(y1, 0) * height, min(x2, 1) * width, min(y2, 1) * height))
        labels.append(label)
    return np.array(boxes, np.float32).reshape(-1, 4), np.array(labels, np.int64)


def read_picture(path: Path, longest: int | None = None) -> np.ndarray:
    """-> H x W x 3, uint8, RGB, made smaller so that no side is over `longest`."""
    picture = cv2.imread(str(path), cv2.IMREAD_COLOR)
    if picture is None:
        raise BadLabels(f"{path}: not a picture that can be read")
    height, width = picture.shape[:2]
    if longest and max(width, height) > longest:
        scale = longest / max(width, height)
        picture = cv2.resize(picture, (round(width * scale), round(height * scale)), interpolation=cv2.INTER_AREA)
    return cv2.cvtColor(picture, cv2.COLOR_BGR2RGB)


def read_folder(folder: Path, longest: int | None = None) -> list[Sample]:
    """FOLDER/images/* with FOLDER/labels/*.txt; a picture without a label file has no boxes."""
    samples = []
    for path in picture_paths(folder):
        picture = read_picture(path, longest)
        height, width = picture.shape[:2]
        boxes, labels = read_labels(folder / "labels" / (path.stem + ".txt"), width, height)
        samples.append(Sample(picture, boxes, labels, folder.name, path.name))
    if not samples:
        raise BadLabels(f"{folder}: no pictures in it or in its folder 'images'")
    return samples


def box_free_part(sample: Sample, least: int) -> np.ndarray | None:
    """The largest full-height or full-width strip of a picture that no box comes near; None if it is narrower than `least`."""
    height, width = sample.picture.shape[:2]
    best, area = None, 0
    for axis, size in ((0, width), (1, height)):
        margin = 0.04 * size
        spans = sorted((b[axis] - margin, b[axis + 2] + margin) for b in sample.boxes)
        at = 0.0
        for start, end in [*spans, (size, size)]:
            if start - at >= least and (start - at) * (width * height / size) > area:
                area = (start - at) * (width * height / size)
                best = (axis, int(np.ceil(at)), int(start))
            at = max(at, end)
    if best is None:
        return None
    axis, start, end = best
    return sample.picture[:, start:end] if axis == 0 else sample.picture[start:end]


def write_prepared(samples: list[Sample], out: Path) -> None:
    """One file of raw pictures and one index, so that loaders map the pictures instead of decoding them."""
    out.mkdir(parents=True, exist_ok=True)
    index, offset = [], 0
    with open(out / "pictures.raw", "wb") as raw:
        for s in samples:
            raw.write(np.ascontiguousarray(s.picture).tobytes())
            index.append({"at": offset, "height": s.picture.shape[0], "width": s.picture.shape[1], "source": s.source, "name": s.name,
                          "boxes": [[round(float(v), 2) for v in b] for b in s.boxes], "labels": s.labels.tolist()})
            offset += s.picture.size
    (out / "index.json").write_text(json.dumps(index))


def read_prepared(folder: Path) -> list[Sample]:
    """What write_prepared wrote; the pictures are read-only views of the mapped file."""
    index = json.loads((folder / "index.json").read_text())
    raw = np.memmap(folder / "pictures.raw", np.uint8, "r")
    return [Sample(raw[e["at"]:e["at"] + e["height"] * e["width"] * 3].reshape(e["height"], e["width"], 3),
                   np.array(e["boxes"], np.float32).reshape(-1, 4), np.array(e["labels"], np.int64), e["source"], e["name"])
            for e in index]
