"""Pictures of people before entrances, at random, with labels: what the finder of heads learns from.

The people are the quick painter's, so that no two are alike; the empty entrances are Blender's, or made up.
"""

import json
import math
import random
from dataclasses import replace

import cv2
import numpy as np

from . import doorway, painter
from .body import STAND, Ball, Body, Limb, anybody, body
from .entrances import SIZE, anywhere, looking

HEAD = 0.11  # metres, radius of what counts as head
SEEN = 0.35  # of the head at least, or there is no label
DOUBTFUL = 0.10  # below it nobody is there; in between nobody asks


class Gatherings:
    def __init__(self, folder, seed, photographs=None):
        """`folder` holds entranceN.png as `render` of random entrances made them; `photographs` pictures without people, to stand before instead."""
        self.seed = seed
        self.photographs = sorted(photographs.iterdir()) if photographs else []
        self.empty = [(anywhere(int(p.stem[8:])), cv2.imread(str(p))) for p in sorted(folder.glob("entrance[0-9]*.png"))]

    def make(self, number):
        """-> the picture (B G R, 8 bits) and its labels: head x, y, box x, y, width, height, share of the head that is seen; pixels."""
        rng = random.Random(f"gathering/{self.seed}/{number}")
        dice = np.random.default_rng((self.seed, number))
        place, picture, view = self._stage(rng, dice)
        grey = place is not None and place.light.infrared or rng.random() < 0.08
        night = place is not None and (place.light.lamp or place.light.infrared)
        veils = doorway.openings(view, place.doors) if place else []
        crowd = self._crowd(rng, place)
        sun = self._sun(rng, night, place)
        warmth = (1.15, 0.95, 0.7) if place is not None and place.light.lamp else tuple(rng.uniform(0.92, 1.06) for _ in range(3))
        picture = self._ground(picture, view, crowd, sun, rng)
        owner = np.full((view.size[1], view.size[0]), -1, np.int16)
        labels = []
        for number, one in enumerate(crowd):
            found = self._draw(picture, view, one, sun, warmth, place, veils, owner, number, rng, dice)
            if found:
                labels.append((number, *found))
        labels = [self._label(owner, *label) for label in labels]
        return _dressed(picture, [label for label in labels if label], rng, dice, grey, night)

    def _stage(self, rng, dice):
        if self.empty and not self.photographs and rng.random() < 0.8:
            place, picture = rng.choice(self.empty)
            scale = rng.uniform(1.0, 1.45) if rng.random() < 0.5 else 1.0
            left = rng.uniform(0, SIZE[0] * (1 - 1 / scale))
            top = rng.uniform(0, SIZE[1] * (1 - 1 / scale))
            view = painter.View(place.camera, SIZE, (left, top, scale))
            shown = cv2.warpAffine(picture, np.float64([[scale, 0, -left * scale], [0, scale, -top * scale]]), SIZE, flags=cv2.INTER_LINEAR)
            shown = shown.astype(np.float32) * np.float32([rng.uniform(0.85, 1.15) for _ in range(3)]) * rng.uniform(0.7, 1.25)
            return place, shown, view
        camera = looking(math.radians(rng.uniform(25, 60)), rng.uniform(3.6, 7.5), (0, -1, 0.5), rng.uniform(-0.3, 0.3), rng.uniform(17, 34))
        backdrop = _part(cv2.imread(str(rng.choice(self.photographs))), rng) if self.photographs else _made_up(rng, dice)
        return None, backdrop, painter.View(camera, SIZE)

    def _crowd(self, rng, place):
        """(looks, body, x, y, heading, whether someone), the farthest first."""
        crowd = []
        for _ in range(rng.choice([0, 1, 1, 2, 2, 3, 3, 4, 5, 6, 8, 10])):
            x, y = rng.uniform(-3.6, 3.6), rng.uniform(-4.6, -0.25)
            at = rng.random()
            if place and at < 0.3:
                door = rng.choice(place.doors)
                x = door.x + rng.uniform(-0.5, 0.5) * max(0.1, door.wide - 0.45)
                y = rng.uniform(-0.8, 1.4)
            elif crowd and at < 0.6:
                _, _, fx, fy, _, _ = rng.choice(crowd)
                turn, away = rng.uniform(0, 2 * math.pi), rng.uniform(0.38, 0.8)
                x, y = fx + away * math.cos(turn), fy + away * math.sin(turn)
            if place and y > -0.2 and not any(abs(x - d.x) < d.wide / 2 - 0.2 for d in place.doors):
                y = -0.3
            if any(math.hypot(x - o[2], y - o[3]) < 0.33 for o in crowd):
                continue
            looks = anybody(rng)
            phase = STAND if rng.random() < 0.25 else rng.random()
            crowd.append((looks, body(looks, phase, rng.choice([0, 0, 0, 0.15, 0.4])), x, y, rng.uniform(0, 2 * math.pi), True))
        for _ in range(rng.choice([0, 0, 1, 2, 3])):
            crowd.append((None, _thing(rng), rng.uniform(-3.6, 3.6), rng.uniform(-4.5, -0.3), 0.0, False))
        # farthest first from a camera that stands at negative y
        return sorted(crowd, key=lambda one: -one[3])

    def _sun(self, rng, night, place):
        if night:
            return (0.3, -0.3, 0.9), rng.uniform(0.1, 0.3), rng.uniform(0.12, 0.35), 0.3
        cloudy = place.light.overcast if place else rng.random() < 0.5
        towards = np.array([rng.uniform(-0.9, 0.9), rng.uniform(-0.9, 0.5), rng.uniform(0.35, 1.0)])
        towards /= np.linalg.norm(towards)
        return (tuple(towards), 0.15, rng.uniform(0.7, 1.05), 0.0) if cloudy else (tuple(towards), rng.uniform(0.5, 1.0), rng.uniform(0.35, 0.6), rng.uniform(0.3, 0.65))

    def _ground(self, picture, view, crowd, sun, rng):
        dim = np.zeros(picture.shape[:2], np.float32)
        for _, one, x, y, heading, _ in crowd:
            if sun[3]:
                corners, *_ = painter.placed(one, x, y, heading)
                dim = np.maximum(dim, sun[3] * painter.shadow(view, corners, sun[0], rng.uniform(1.0, 2.5)))
            dim = np.maximum(dim, 0.35 * painter.contact(view, x, y, one.tall))
        return picture * (1 - dim[:, :, None])

    def _draw(self, picture, view, one, sun, warmth, place, veils, owner, number, rng, dice):
        looks, shape, x, y, heading, someone = one
        corners, normals, colours, head = painter.placed(shape, x, y, heading)
        # cloth has folds, and some of it patterns
        grain = dice.normal(1, 0.07, len(corners))
        if rng.random() < 0.15:
            grain = grain * np.where(np.sin(corners[:, :, 2].mean(1) * rng.uniform(20, 60)) > 0, 1.35, 0.8)
        inside = max(0.35, 1 - 0.4 * y) if y > 0 else 1.0
        layer = painter.paint(view, corners, normals, colours, (sun[0], sun[1] * inside * (0.2 if y > 0 else 1)), sun[2] * inside, warmth, grain)
        if layer is None:
            return None
        left, top, colour, alpha = layer
        smear = rng.choice([0, 0, 0, 2, 3, 5])
        if smear:
            both = cv2.blur(np.dstack([colour * alpha, alpha]), (smear, 1))
            alpha = both[:, :, 3:]
            colour = both[:, :, :3] / np.maximum(alpha, 1e-3)
        veil = doorway.veil(veils, place.doors, x, y) if place else None
        painter.over(picture, (left, top, colour, alpha), veil)
        h, w = owner.shape
        x0, y0, x1, y1 = max(0, left), max(0, top), min(w, left + alpha.shape[1]), min(h, top + alpha.shape[0])
        if x0 >= x1 or y0 >= y1:
            return None
        mine = alpha[y0 - top : y1 - top, x0 - left : x1 - left, 0] > 0.5
        if veil is not None:
            mine &= veil[y0:y1, x0:x1] < 0.5
        owner[y0:y1, x0:x1][mine] = number
        if not someone:
            return None
        (spot,), depth = view.project(head[None])
        bare = body(replace(looks, umbrella=None, bag=""), STAND)
        outline, _ = view.project(painter.placed(bare, x, y, heading)[0].reshape(-1, 3))
        (x0, y0), (x1, y1) = outline.min(0), outline.max(0)
        covered = 0.5 if looks.umbrella is not None else 1.0
        return tuple(spot), HEAD * view.focal / depth[0], (x0, y0, x1 - x0, y1 - y0), covered

    @staticmethod
    def _label(owner, number, spot, radius, box, covered):
        h, w = owner.shape
        if not (0 <= spot[0] < w and 0 <= spot[1] < h):
            return None
        ys, xs = np.ogrid[:h, :w]
        disc = (xs - spot[0]) ** 2 + (ys - spot[1]) ** 2 <= (0.8 * radius) ** 2
        # what lies outside of the picture is not seen either
        seen = float((owner[disc] == number).sum()) / max(1.0, math.pi * (0.8 * radius) ** 2) / covered
        if seen < DOUBTFUL:
            return None
        return (*spot, *box, min(1.0, seen))


def _thing(rng):
    """Something that is nobody: a post, a ball, a heap of bags, a bin."""
    paint = tuple(rng.uniform(0.01, 0.6) for _ in range(3))
    other = tuple(rng.uniform(0.01, 0.6) for _ in range(3))
    kind = rng.randrange(5)
    if kind == 0:
        high = rng.uniform(0.6, 1.3)
        parts = (Limb((0, 0, 0), (0, 0, high), 0.07, 0.07, paint),)
    elif kind == 1:
        r = rng.uniform(0.1, 0.35)
        parts = (Ball((0, 0, r), (r, r, r), paint),)
    elif kind == 2:
        parts = tuple(Ball((rng.uniform(-0.3, 0.3), rng.uniform(-0.3, 0.3), 0.18), (rng.uniform(0.15, 0.3),) * 3, paint) for _ in range(rng.randint(2, 5)))
    elif kind == 3:
        parts = (Limb((0, 0, 0.1), (0, 0, rng.uniform(0.6, 1.1)), 0.25, 0.3, paint), Ball((0, 0, 0.95), (0.3, 0.3, 0.06), other))
    else:
        parts = (Limb((0, 0, 0), (0, 0, 1.0), 0.03, 0.03, paint), Limb((0, -0.2, 1.2), (0, 0.2, 1.2), 0.2, 0.2, other))
    return Body(parts, (0, 0, 0), 0.5)


def _part(photograph, rng):
    """A part of a photograph as a backdrop: no entrance, but things as they are."""
    height, width = photograph.shape[:2]
    scale = max(SIZE[0] / width, SIZE[1] / height) * rng.uniform(1.0, 1.8)
    large = cv2.resize(photograph, (math.ceil(width * scale), math.ceil(height * scale)), interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR)
    left, top = rng.randint(0, large.shape[1] - SIZE[0]), rng.randint(0, large.shape[0] - SIZE[1])
    return large[top : top + SIZE[1], left : left + SIZE[0]].astype(np.float32)


def _made_up(rng, dice):
    """A backdrop of stains, slabs and boxes that is nowhere."""
    w, h = SIZE
    picture = np.full((h, w, 3), rng.uniform(40, 190), np.float32) * np.float32([rng.uniform(0.8, 1.2) for _ in range(3)])
    for size in (4, 12, 40):
        stain = cv2.resize(dice.normal(0, 1, (h // size + 2, w // size + 2)).astype(np.float32), (w, h), interpolation=cv2.INTER_CUBIC)
        picture += stain[:, :, None] * rng.uniform(1, 9)
    if rng.random() < 0.6:
        step, slope, dark = rng.randint(14, 60), rng.uniform(-0.6, 0.6), rng.uniform(4, 30)
        joint = (float(picture.mean()) - dark,) * 3
        for i in range(-20, w // step + 20):
            cv2.line(picture, (i * step, 0), (int(i * step + slope * h), h), joint, 1, cv2.LINE_AA)
        for j in range(h // step + 2):
            cv2.line(picture, (0, j * step), (w, int(j * step - slope * 40)), joint, 1, cv2.LINE_AA)
    for _ in range(rng.randint(0, 9)):
        x, y, bw, bh = rng.randint(0, w), rng.randint(0, h), rng.randint(6, 160), rng.randint(6, 160)
        colour = tuple(rng.uniform(5, 240) for _ in range(3))
        if rng.random() < 0.6:
            cv2.rectangle(picture, (x, y), (x + bw, y + bh), colour, -1)
        else:
            cv2.ellipse(picture, (x, y), (bw // 3, bh // 3), rng.uniform(0, 180), 0, 360, colour, -1, cv2.LINE_AA)
    return cv2.GaussianBlur(picture, (0, 0), rng.uniform(0.4, 1.2))


def _dressed(picture, labels, rng, dice, grey, night):
    """What lens, light, sensor and codec do."""
    if rng.random() < 0.25:
        picture = picture * (1 - rng.uniform(0.2, 0.5) * (cv2.resize(dice.random((5, 8)).astype(np.float32), SIZE, interpolation=cv2.INTER_CUBIC) > 0.55))[:, :, None]
    picture = 255 * np.clip(picture * rng.uniform(0.75, 1.2) / 255, 0, 1) ** rng.uniform(0.8, 1.3)
    picture = (picture - 128) * rng.uniform(0.8, 1.15) + 128 + rng.uniform(-14, 14)
    if grey:
        picture = np.repeat((picture @ np.float32([0.34, 0.30, 0.36]))[:, :, None], 3, axis=2)
    if rng.random() < 0.5:
        picture = cv2.GaussianBlur(picture, (0, 0), rng.uniform(0.4, 1.1))
    noise = dice.standard_normal((SIZE[1], SIZE[0], 1 if grey else 3)).astype(np.float32)
    picture = picture + cv2.GaussianBlur(noise, (0, 0), 0.7).reshape(noise.shape) * rng.uniform(0, 14 if night else 7)
    picture = np.clip(picture, 0, 255).astype(np.uint8)
    if rng.random() < 0.7:
        picture = cv2.imdecode(cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, rng.randint(22, 70)])[1], cv2.IMREAD_COLOR)
    if rng.random() < 0.5:
        picture = picture[:, ::-1]
        labels = [(SIZE[0] - hx, hy, SIZE[0] - x - w, y, w, h, seen) for hx, hy, x, y, w, h, seen in labels]
    return np.ascontiguousarray(picture), labels


def make(count, seed, stills, out, photographs=None):
    """Writes images/*.jpg and labels/*.txt (head x and y, box x, y, width, height in fractions, share of the head that is seen); what is there stays."""
    (out / "images").mkdir(parents=True, exist_ok=True)
    (out / "labels").mkdir(exist_ok=True)
    gatherings = Gatherings(stills, seed, photographs)
    for number in range(count):
        name = f"{seed}-{number:06d}"
        target = out / "images" / f"{name}.jpg"
        if target.exists():
            continue
        picture, labels = gatherings.make(number)
        rows = [[v / side for v, side in zip(label[:6], SIZE * 3, strict=True)] + [label[6]] for label in labels]
        (out / "labels" / f"{name}.txt").write_text("".join(" ".join(f"{v:.5f}" for v in row) + "\n" for row in rows))
        # the picture last: it says that both are whole
        part = target.with_suffix(".part")
        part.write_bytes(cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, 92])[1].tobytes())
        part.replace(target)
    (out / "about.json").write_text(json.dumps({"seed": seed, "count": count, "entrances": len(gatherings.empty)}))
