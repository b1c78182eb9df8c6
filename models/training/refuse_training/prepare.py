"""From folders of labelled pictures to what training reads."""

from collections import Counter
from pathlib import Path

import numpy as np

from . import CLASSES
from .pictures import Sample, box_free_part, read_folder, write_prepared

LONGEST = 480
"""Pictures are kept no larger: training sees them at 300 to 540 pixels."""
LEAST_PART = 120
"""Box-free parts narrower than that, in pixels, show too little to learn from."""


def parts_without_refuse(samples: list[Sample]) -> list[Sample]:
    """Where nothing is labelled, nothing is to be found: more places without refuse, among the very streets that have some."""
    parts = []
    for s in samples:
        part = box_free_part(s, LEAST_PART)
        if part is not None:
            parts.append(Sample(np.ascontiguousarray(part), np.zeros((0, 4), np.float32), np.zeros(0, np.int64), "part", s.name))
    return parts


def prepare(data: Path | None, rendered: list[Path], own: list[Path], out: Path) -> list[Sample]:
    """Reads DATA/refuse/train and DATA/negatives/train, rendered and own folders; checks every label; writes one prepared set to `out`."""
    samples: list[Sample] = []
    if data is not None:
        refuse = [Sample(s.picture, s.boxes, s.labels, "refuse", s.name) for s in read_folder(data / "refuse" / "train", LONGEST)]
        samples += refuse + parts_without_refuse(refuse)
        samples += [Sample(s.picture, s.boxes, s.labels, "negatives", s.name) for s in read_folder(data / "negatives" / "train", LONGEST)]
    for source, folders in (("rendered", rendered), ("own", own)):
        for folder in folders:
            samples += [Sample(s.picture, s.boxes, s.labels, source, s.name) for s in read_folder(folder, LONGEST)]
    write_prepared(samples, out)
    pictures = Counter(s.source for s in samples)
    boxes = Counter(CLASSES[k] for s in samples for k in s.labels)
    print(", ".join(f"{n} {k}" for k, n in pictures.items()) + "; boxes: " + ", ".join(f"{n} {k}" for k, n in boxes.items()))
    return samples
