"""Who goes in and out of an entrance in a clip, and who only passes. Metres and seconds; no pictures."""

import math
import random
from dataclasses import dataclass, replace

from .entrances import ENTRANCES, Entrance

LINE_Y = -0.75  # the line that is crossed: a step before the doors, where the whole person is seen on both sides
BEYOND = 0.9  # metres that the line reaches beyond the outer doors
APART = 0.45  # metres that two people keep at least, in most moments


@dataclass(frozen=True)
class Visit:
    """Someone of the cast on the way along (second, x, y); where two points are the same, the visitor stands."""

    who: int
    hue: float
    path: tuple[tuple[float, float, float], ...]

    def at(self, t):
        """Position, heading, metres gone (None for who stands) at second `t`; None outside of the visit."""
        if not self.path[0][0] <= t < self.path[-1][0]:
            return None
        gone = 0.0
        heading = 0.0
        for (t0, x0, y0), (t1, x1, y1) in zip(self.path, self.path[1:]):
            length = math.hypot(x1 - x0, y1 - y0)
            if length > 0:
                heading = math.atan2(y1 - y0, x1 - x0)
            if t < t1:
                share = (t - t0) / (t1 - t0)
                return x0 + share * (x1 - x0), y0 + share * (y1 - y0), heading, gone + share * length if length else None
            gone += length
        return None

    def later(self, seconds):
        return replace(self, path=tuple((t + seconds, x, y) for t, x, y in self.path))


@dataclass(frozen=True)
class Clip:
    """A clip of an entrance: `rate` crossings a minute for `seconds`, and some who do not cross."""

    name: str
    place: Entrance
    seed: int
    rate: float
    seconds: int
    idle: int  # people who pass, or come near and turn back
    noise: float = 1.4
    quality: int = 28  # x264's rate factor: what keeps the file under 3 MB

    @property
    def line(self):
        """Its ends on the ground; inside is to the left for who looks from the first to the second."""
        xs = [(d.x - d.wide / 2, d.x + d.wide / 2) for d in self.place.doors]
        return (min(x for x, _ in xs) - BEYOND, LINE_Y), (max(x for _, x in xs) + BEYOND, LINE_Y)


CLIPS = {
    clip.name: clip
    for clip in (
        Clip("entrance-day", ENTRANCES["entrance-day"], 21, 10, 180, 5, noise=0.9, quality=31),
        Clip("entrance-busy", ENTRANCES["entrance-busy"], 22, 40, 90, 3),
        Clip("entrance-night", ENTRANCES["entrance-night"], 23, 10, 150, 4, noise=3.0),
    )
}


def visits(clip, cast):
    """Everyone of the clip; `cast` is how many people there are to choose from."""
    rng = random.Random(f"visits/{clip.name}/{clip.seed}")
    count = round(clip.rate * clip.seconds / 60)
    chosen = []
    for i in range(count):
        start = (i + rng.uniform(0.1, 0.9)) * (clip.seconds - 14) / count
        _join(chosen, _crossing(rng, clip.place, rng.randrange(cast), rng.random() < 0.5).later(start), clip.seconds)
    for i in range(clip.idle):
        start = (i + rng.uniform(0.2, 0.8)) * (clip.seconds - 14) / clip.idle
        _join(chosen, _idle(rng, clip.place, rng.randrange(cast)).later(start), clip.seconds)
    return sorted(chosen, key=lambda v: v.path[0])


def _join(chosen, visit, seconds):
    """Waits until the way is free: people do not walk through each other."""
    for _ in range(40):
        if not any(_meet(visit, other) for other in chosen):
            break
        visit = visit.later(0.3)
    if visit.path[-1][0] <= seconds:
        chosen.append(visit)


def _meet(a, b):
    start, end = max(a.path[0][0], b.path[0][0]), min(a.path[-1][0], b.path[-1][0])
    t = start
    while t < end:
        p, q = a.at(t), b.at(t)
        if p and q and math.hypot(p[0] - q[0], p[1] - q[1]) < APART:
            return True
        t += 0.2
    return False


def _crossing(rng, place, who, inwards):
    door = rng.choice(place.doors)
    # who goes in keeps to one side, who comes out to the other
    lane = (1 if inwards else -1) * rng.uniform(0.10, 0.24) * door.wide
    far = (door.x + rng.choice([-1, 1]) * rng.uniform(0.3, 4.4), rng.uniform(-5.6, -2.4))
    if abs(far[0] - door.x) < 3.4:
        far = (far[0], -5.8)
    near = (door.x + lane + rng.uniform(-0.35, 0.35), rng.uniform(-1.9, -1.3))
    points = [far, near, (door.x + lane, -0.1), (door.x + lane * 0.8, 1.9)]
    return Visit(who, rng.random(), _timed(points if inwards else points[::-1], rng.uniform(0.85, 1.45)))


def _idle(rng, place, who):
    door = rng.choice(place.doors)
    speed = rng.uniform(0.9, 1.4)
    if rng.random() < 0.5:
        y, side = rng.uniform(-3.4, -1.7), rng.choice([-1, 1])
        return Visit(who, rng.random(), _timed([(side * -5.5, y), (side * 5.5, y + rng.uniform(-0.3, 0.3))], speed))
    near = (door.x + rng.uniform(-0.5, 0.5), rng.uniform(-1.5, -1.15))
    away = (rng.choice([-1, 1]) * rng.uniform(3.5, 5), -5.0)
    there = _timed([(door.x + rng.uniform(-2, 2), -5.8), near], speed)
    waits = there[-1][0] + rng.uniform(1, 6)
    back = _timed([near, away], speed)
    return Visit(who, rng.random(), there + ((waits, *near),) + tuple((t + waits, x, y) for t, x, y in back[1:]))


def _timed(points, speed):
    path, t = [(0.0, *points[0])], 0.0
    for a, b in zip(points, points[1:]):
        t += math.dist(a, b) / speed
        path.append((t, *b))
    return tuple(path)


def crossings(everyone):
    """[(second, "in" or "out")] of feet that cross the line, in order of time."""
    found = []
    for visit in everyone:
        for (t0, _, y0), (t1, _, y1) in zip(visit.path, visit.path[1:]):
            if (y0 < LINE_Y) != (y1 < LINE_Y):
                found.append((t0 + (LINE_Y - y0) / (y1 - y0) * (t1 - t0), "in" if y1 > y0 else "out"))
    return sorted(found)
