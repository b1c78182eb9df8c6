"""What the detector sees on the key frames of the clips, beside the truth. Needs torch and OpenCV."""

import json
import os
import statistics
from pathlib import Path

os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

import cv2
import numpy as np
import torch

from .encode import FPS, KEY_SECONDS

WIDTH, HEIGHT, PADDING = 640, 384, 114
LABELS = ("bin", "overflow", "litter")
SAME_PLACE = 0.3  # overlap over union, as the judge joins boxes to a place


def score(stories, folder, model, verbose):
    """Prints a table row for each clip. `model`: weights with their model.json beside them, which has the thresholds."""
    torch.set_num_threads(1)
    detector = torch.jit.load(model)
    thresholds = json.loads(Path(model).with_name("model.json").read_text(encoding="utf-8"))["thresholds"]
    on, off = ({label: thresholds[label][which] for label in LABELS} for which in ("on", "off"))
    print(f"| clip | key frames | overflow seen >= {on['overflow']:.2f} | litter seen >= {on['litter']:.2f} | bins seen >= {on['bin']:.2f} | worst false score |")
    print("| --- | --- | --- | --- | --- | --- |")
    for story in stories:
        print(_row(story, folder, detector, on, off, verbose), flush=True)


def _row(story, folder, detector, on, off, verbose):
    name = story.name
    told = json.loads((folder / f"{name}.json").read_text(encoding="utf-8"))
    seen = {"overflow": [], "litter": []}
    bins, false, count = [], [], 0
    for t, picture in _key_frames(folder / f"{name}.mp4"):
        if _in_the_way(story, t):
            continue
        count += 1
        found = detect(detector, picture)
        settled = all(not (e["from"] - 1 <= t < e["from"] + 1 or e["to"] - 1 <= t < e["to"] + 1) for e in told["events"])
        true = [e for e in told["events"] if e["from"] <= t < e["to"]]
        for event in true:
            best = max((s for label, box, s in found if label == event["kind"] and _same_place(box, event["box"])), default=0.0)
            if settled and not _hidden(event["box"], t, told["people"]):
                seen[event["kind"]].append(best)
        wrong = [(s, label) for label, box, s in found if label != "bin" and not any(_same_place(box, e["box"]) for e in told["events"])]
        wrong += [] if true or not settled else [(s, label) for label, box, s in found if label != "bin"]
        false.append(max(wrong, default=(0.0, "-")))
        bins.append(sum(s >= on["bin"] for label, _, s in found if label == "bin"))
        if verbose:
            print(f"  {t:5.1f} {', '.join(f'{label} {s:.2f} at {[round(v, 2) for v in box]}' for label, box, s in found if s >= 0.3)}")
    worst = max(false)
    above = sum(s >= off.get(label, 1) for s, label in false)
    return (
        f"| {name} | {count} | {_share(seen['overflow'], on['overflow'])} | {_share(seen['litter'], on['litter'])} "
        f"| {min(bins)}..{max(bins)} | {worst[1]} {worst[0]:.2f} ({above} frames >= off) |"
    )


def _share(scores, wanted):
    if not scores:
        return "-"
    return f"{sum(s >= wanted for s in scores)} of {len(scores)} (least {min(scores):.2f}, median {statistics.median(scores):.2f})"


def _key_frames(path):
    video = cv2.VideoCapture(str(path))
    frame = 0
    while True:
        there, picture = video.read()
        if not there:
            return
        if frame % (FPS * KEY_SECONDS) == 0:
            yield frame / FPS, picture
        frame += 1


def detect(detector, picture, least=0.05):
    """[(label, box as fractions, score)], best first."""
    height, width = picture.shape[:2]
    scale = min(WIDTH / width, HEIGHT / height)
    w, h = round(width * scale), round(height * scale)
    left, top = (WIDTH - w) // 2, (HEIGHT - h) // 2
    framed = np.full((HEIGHT, WIDTH, 3), PADDING, np.uint8)
    framed[top : top + h, left : left + w] = cv2.resize(picture, (w, h), interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR)
    tensor = torch.from_numpy(np.ascontiguousarray(framed[:, :, ::-1])).permute(2, 0, 1)[None].contiguous()
    with torch.inference_mode():
        boxes, scores = (t[0].numpy() for t in detector(tensor))
    found = []
    for c, label in enumerate(LABELS):
        strong = scores[:, c] >= least
        for box, s in _suppressed(boxes[strong], scores[strong, c]):
            x0, y0, x1, y1 = (box - [left, top, left, top]) / scale / [width, height, width, height]
            found.append((label, [float(x0), float(y0), float(x1 - x0), float(y1 - y0)], float(s)))
    return sorted(found, key=lambda f: -f[2])


def _suppressed(boxes, scores, limit=0.6):
    order = list(np.argsort(-scores, kind="stable")[:300])
    while order:
        i = order.pop(0)
        yield boxes[i], scores[i]
        order = [k for k in order if _overlap(_sized(boxes[i]), _sized(boxes[k]))[0] <= limit]


def _sized(corners):
    x0, y0, x1, y1 = corners
    return x0, y0, x1 - x0, y1 - y0


def _overlap(a, b):
    """Intersection over union, and over the smaller of the two."""
    w = min(a[0] + a[2], b[0] + b[2]) - max(a[0], b[0])
    h = min(a[1] + a[3], b[1] + b[3]) - max(a[1], b[1])
    both = max(0.0, w) * max(0.0, h)
    first, second = a[2] * a[3], b[2] * b[3]
    return both / (first + second - both + 1e-9), both / (min(first, second) + 1e-9)


def _same_place(a, b):
    union, smaller = _overlap(a, b)
    return union >= SAME_PLACE or smaller >= 0.5


def _in_the_way(story, t):
    """Whether the view is at fault or the truck hides the place: such a picture says nothing of the detector."""
    return any(fault.start - 1 <= t < fault.end + 1 for fault in story.faults) or bool(story.drive and story.drive.path[0][0] <= t <= story.drive.path[-1][0])


def _hidden(box, t, people):
    """Whether someone stands in front of a good part of it."""
    return any(p["t"] == t and _overlap(box, p["box"])[1] > 0.2 for p in people)
