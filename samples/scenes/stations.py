"""Random refuse stations with labels, for training and measuring: `describe` makes one up, `make` renders them into a folder.

DIR/images/NAME.jpg, DIR/labels/NAME.txt (rows `class cx cy w h` in fractions; 0 bin, 1 overflow, 2 litter; boxes of what is
visible) and DIR/meta.jsonl, a line each. What is there already is not rendered again.
"""

import json
import math
import os
import random
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from . import weather
from .camera import SENSOR_MM, Camera
from .model import Bin, Fill, Light, Litter, Place, Prop, Still

BIN, OVERFLOW, LITTER = 0, 1, 2
SAMPLES = 8
PAINTS = (
    (0.012, 0.15, 0.05), (0.02, 0.10, 0.04), (0.01, 0.09, 0.36), (0.02, 0.16, 0.45), (0.05, 0.052, 0.056), (0.02, 0.02, 0.022), (0.42, 0.02, 0.02),
    (0.55, 0.40, 0.02), (0.20, 0.10, 0.05), (0.45, 0.46, 0.45),
)  # fmt: skip
WALLS = ("plaster", "white", "brick", "tiles", "yellow")
GROUNDS = ("concrete", "slabs", "paving", "asphalt")
LENSES = (24, 28, 35, 42, 50)
TALL = {"wheeled": 1.05, "skip": 1.30}
LEAST_SHARE = {BIN: 0.25, OVERFLOW: 0.25, LITTER: 0.06}  # of a thing's box that must be seen for a label: part of a heap is a heap
LEAST_SIDE = 6  # pixels


@dataclass(frozen=True)
class Station:
    place: Place
    state: Still
    light: str
    noise: float  # grey levels
    gain: float
    quality: int  # of the JPEG


def describe(seed, index, size):
    """The station of that number: always the same one."""
    rng = random.Random(f"station/{seed}/{index}")
    dirty = rng.random() >= 0.26
    bins = _bins(rng, dirty)
    if not dirty:
        fills, heaps = tuple(_clean(rng) for _ in bins), ()
    else:
        fills, heaps = _dirty(rng, bins)
    camera = _camera(rng, size)
    kind, light = _light(rng)
    wet = kind in ("overcast", "night", "dusk") and rng.random() < 0.45
    place = Place(
        "station", rng.randrange(1 << 30), camera, size, bins, rng.choice(WALLS), rng.choice(GROUNDS), light,
        shutter=rng.uniform(-6, 6) if rng.random() < 0.3 else None,
        board=rng.uniform(-3, 3) if rng.random() < 0.25 else None,
        pipe=rng.uniform(-4, 4) if rng.random() < 0.5 else None,
        windows=tuple(rng.uniform(-2, 2) + 3.2 * i for i in range(-2, 3)) if rng.random() < 0.3 else (),
        wall_y=rng.choice((1.1, 1.1, 1.1, 1.1, 2.2, 4.5)), reach=45.0, props=_props(rng, bins, heaps),
    )  # fmt: skip
    leaves = rng.choice((0, 0, 10, 40, 110))
    noise = {"day": 1.3, "overcast": 1.5, "dusk": 2.4, "night": 3.2, "infrared": 3.0}[kind] * rng.uniform(0.6, 1.4)
    return Station(place, Still("station", fills, heaps, leaves, wet, detail=4), kind, noise, rng.uniform(0.82, 1.15), rng.randint(72, 93))


def _bins(rng, dirty):
    # somewhere without a bin there may still be a heap, more often there is nothing
    count = rng.choices((0, 1, 2, 3, 4, 5), (1.0 if dirty else 4.0, 2, 3, 3.5, 2, 1))[0]
    kind = "skip" if rng.random() < 0.22 else "wheeled"
    count = min(count, 3) if kind == "skip" else count
    gap = (1.5 if kind == "skip" else 0.72) * rng.uniform(1.03, 1.35)
    same = rng.choice(PAINTS) if rng.random() < 0.5 else None
    left = -(count - 1) / 2 * gap
    return tuple(
        Bin(left + i * gap + rng.uniform(-0.04, 0.04), same or rng.choice(PAINTS), rng.uniform(-0.08, 0.1), rng.gauss(0, 0.10), kind) for i in range(count)
    )


def _clean(rng):
    """Shut, ajar, open and empty, or open and full to under the rim."""
    kind = rng.random()
    if kind < 0.72:
        return Fill()
    if kind < 0.80:
        return Fill(lid=rng.uniform(0.10, 0.30))
    return Fill(lid=rng.uniform(4.0, 4.4), bags=rng.choice((0, 7, 10)), sunk=True)


def _full(rng):
    bags = rng.randint(3, 14)
    lid = rng.uniform(0.25, 0.40) if bags <= 4 else rng.uniform(0.65, 0.95) if bags <= 8 else rng.uniform(1.05, 1.4)
    return Fill(4.2 if rng.random() < 0.3 else lid, bags)


def _dirty(rng, bins):
    """Fills and heaps with refuse in one of them at least."""
    overflow = bool(bins) and rng.random() < 0.68
    fills = [_full(rng) if overflow and rng.random() < 0.45 else _clean(rng) for _ in bins]
    if overflow:
        fills[rng.randrange(len(fills))] = _full(rng)
    heaps = []
    if not overflow or rng.random() < 0.45:
        edge = max((abs(b.x) for b in bins), default=0.0) + (0.8 if bins and bins[0].kind == "skip" else 0.4)
        for side in rng.sample((-1, 1), 1 if rng.random() < 0.8 else 2):
            heaps.append(_heap(rng, side, edge if bins else 0.6))
    return tuple(fills), tuple(heaps)


def _heap(rng, side, edge):
    """Beside the bins or before them, of bags, of loose pieces, or of both."""
    kind = rng.random()
    bags = 0 if kind < 0.25 else rng.randint(2, 14)
    pieces = rng.randint(14, 55) if kind < 0.25 else rng.choice((0, 0, rng.randint(5, 45)))
    spread = rng.uniform(0.4, 1.0) * (0.6 if 0 < bags < 5 else 1.0)
    if rng.random() < 0.75:
        return Litter(side * (edge + spread * 0.85 + 0.15), rng.uniform(-0.5, 0.25), bags, pieces, spread)
    return Litter(side * rng.uniform(0, edge), rng.uniform(-1.2, -0.8), bags, pieces, spread)


def _camera(rng, size):
    """A wheeled bin at the origin is to be 25 to 120 pixels high on a picture of 270."""
    wanted = math.exp(rng.uniform(math.log(25), math.log(120))) * size[1] / 270
    height = rng.uniform(3.0, 5.0)
    lenses = [lens for lens in LENSES if height + 1.8 < lens / SENSOR_MM * size[0] * 0.95 * TALL["wheeled"] / wanted < 21]
    lens = rng.choice(lenses or LENSES[-1:])
    away = max(height + 1.8, lens / SENSOR_MM * size[0] * 0.95 * TALL["wheeled"] / wanted)
    flat = math.sqrt(away * away - (height - 0.6) ** 2)
    side = rng.uniform(-0.55, 0.55)
    eye = (flat * math.sin(side), -flat * math.cos(side), height)
    # how far from the middle of the picture the station may lie, in metres there
    room = away * SENSOR_MM / lens * 0.16
    return Camera(eye, (rng.uniform(-room, room), 0.0, 0.6 + rng.uniform(-0.5, 0.6) * room), lens)


def _light(rng):
    kind = rng.choices(("day", "overcast", "dusk", "night", "infrared"), (45, 17, 10, 14, 14))[0]
    return kind, {
        "day": Light(rng.uniform(0.35, 1.2), rng.uniform(2.0, 4.2), rng.uniform(0.10, 0.15)),
        "overcast": Light(strength=rng.uniform(0.6, 1.1), overcast=True),
        "dusk": Light(rng.uniform(0.02, 0.10), rng.uniform(1.5, 4.7), rng.uniform(0.22, 0.45)),
        "night": Light(strength=rng.uniform(0.05, 0.22), lamp=True),
        "infrared": Light(infrared=True),
    }[kind]


def _props(rng, bins, heaps):
    edge = max([abs(b.x) for b in bins] + [abs(h.x) + h.spread for h in heaps] + [0.6]) + 1.2
    props = []
    for kind, chance in (("scooter", 0.22), ("pot", 0.18), ("bollard", 0.15), ("cabinet", 0.12), ("resident", 0.14), ("cleaner", 0.07), ("truck", 0.05)):
        if rng.random() < chance:
            side = rng.choice((-1, 1))
            if kind in ("resident", "cleaner"):
                props.append(Prop(kind, rng.uniform(-edge, edge), rng.uniform(-2.2, -1.3), rng.uniform(0, 6.28)))
            elif kind == "truck":
                props.append(Prop(kind, side * (edge + 2.0), -0.3, rng.uniform(-0.1, 0.1)))
            else:
                props.append(Prop(kind, side * (edge + rng.uniform(0, 1.2)), rng.uniform(-0.5, 0.5), rng.uniform(0, 6.28)))
    return tuple(props)


def make(count, seed, folder, size):
    """Renders the stations that are missing, one after the other on one thread."""
    from .blender import draw  # needs bpy, which describing does without

    for part in ("images", "labels"):
        (folder / part).mkdir(parents=True, exist_ok=True)
    for index in range(count):
        name = f"station-{seed}-{index:04d}"
        picture = folder / "images" / f"{name}.jpg"
        if picture.exists():
            continue
        before = time.process_time()
        station = describe(seed, index, size)
        with tempfile.TemporaryDirectory() as scratch:
            still, mask = Path(scratch) / "still.png", Path(scratch) / "mask.png"
            numbers, extents = draw.station(station.place, station.state, still, mask, SAMPLES)
            rows = labels(station, numbers, extents, cv2.imread(str(mask), cv2.IMREAD_GRAYSCALE))
            taken = exposed(station, cv2.imread(str(still)))
        (folder / "labels" / f"{name}.txt").write_text("".join(f"{c} {x:.5f} {y:.5f} {w:.5f} {h:.5f}\n" for c, x, y, w, h in rows))
        cpu = time.process_time() - before
        with (folder / "meta.jsonl").open("a") as book:
            book.write(json.dumps(about(name, station, rows, cpu)) + os.linesep)
        picture.write_bytes(cv2.imencode(".jpg", taken, [cv2.IMWRITE_JPEG_QUALITY, station.quality])[1].tobytes())


def labels(station, numbers, extents, mask):
    """[(class, middle x, middle y, width, height)] of what is seen well enough."""
    height, width = mask.shape
    rows = []
    for name, number in numbers.items():
        ys, xs = np.nonzero(mask == number)
        if len(xs) == 0:
            continue
        x0, x1, y0, y1 = xs.min(), xs.max() + 1, ys.min(), ys.max() + 1
        left, top, right, bottom = extents[name]
        whole = (right - left) * width * (bottom - top) * height
        kind = _class(name, station)
        if min(x1 - x0, y1 - y0) < LEAST_SIDE or (x1 - x0) * (y1 - y0) < LEAST_SHARE[kind] * whole:
            continue
        rows.append((kind, (x0 + x1) / 2 / width, (y0 + y1) / 2 / height, (x1 - x0) / width, (y1 - y0) / height))
    return rows


def _class(name, station):
    if name.startswith("litter"):
        return LITTER
    return OVERFLOW if station.state.fills[int(name.removeprefix("bin"))].overflows else BIN


def exposed(station, picture):
    """The rendered picture as that camera sends it."""
    rng = np.random.default_rng(station.place.seed)
    fine = cv2.GaussianBlur(rng.standard_normal((*picture.shape[:2], 1)).astype(np.float32), (0, 0), 0.6)[:, :, None] * 1.8
    coarse = cv2.GaussianBlur(rng.standard_normal(picture.shape).astype(np.float32), (0, 0), 1.2) * 0.9
    noisy = np.clip(picture * np.float32(station.gain) + (fine + coarse) * station.noise, 0, 255).astype(np.uint8)
    return weather.infrared(noisy) if station.place.light.infrared else noisy


def about(name, station, rows, cpu_seconds):
    """The line of meta.jsonl; heights in pixels."""
    height = station.place.size[1]
    return {
        "name": name,
        "light": station.light,
        "wet": station.state.wet,
        "binHeights": [round(h * height) for c, _, _, _, h in rows if c != LITTER],
        "overflow": sum(c == OVERFLOW for c, *_ in rows),
        "litter": sum(c == LITTER for c, *_ in rows),
        "props": [prop.kind for prop in station.place.props],
        "cpu": round(cpu_seconds, 1),
    }
