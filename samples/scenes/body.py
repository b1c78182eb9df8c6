"""A visitor's body as balls and limbs: one description, which Blender and the quick painter both draw. No Blender, no pictures."""

import math
from dataclasses import dataclass, field, replace

import numpy as np

Colour = tuple[float, float, float]  # linear red, green, blue

GAIT_STRIDE = 0.85  # metres of one cycle of two steps, for each metre of height
STAND = -1.0  # the phase of someone who stands


@dataclass(frozen=True)
class Ball:
    middle: tuple[float, float, float]
    radii: tuple[float, float, float]
    colour: Colour


@dataclass(frozen=True)
class Limb:
    """A rounded cone from a to b."""

    a: tuple[float, float, float]
    b: tuple[float, float, float]
    ra: float
    rb: float
    colour: Colour


@dataclass(frozen=True)
class Looks:
    """What someone looks like. `tall` in metres; `stout` widens the body; `bag` is "", "back", "hand", "case" or "shoulder"."""

    tall: float = 1.70
    stout: float = 1.0
    skin: Colour = (0.45, 0.27, 0.18)
    hair: Colour = (0.02, 0.018, 0.016)
    top: Colour = (0.1, 0.2, 0.4)
    trousers: Colour = (0.05, 0.05, 0.07)
    shoes: Colour = (0.04, 0.04, 0.045)
    long_hair: bool = False
    sleeves: bool = True
    skirt: bool = False
    coat: float = 0.0  # metres that the top hangs below the hip
    hat: Colour | None = None
    brim: float = 0.0  # metres beyond the hat
    hood: bool = False
    bag: str = ""
    bag_colour: Colour = (0.08, 0.08, 0.09)
    umbrella: Colour | None = None
    wheels: bool = False  # sits in a wheelchair


@dataclass(frozen=True)
class Body:
    """Standing at the origin, looking along +x. `head` is its middle."""

    parts: tuple[Ball | Limb, ...]
    head: tuple[float, float, float]
    tall: float


@dataclass
class _Clay:
    parts: list = field(default_factory=list)

    def ball(self, middle, radii, colour):
        self.parts.append(Ball(tuple(map(float, middle)), tuple(map(float, radii)), tuple(colour)))

    def limb(self, a, b, ra, rb, colour):
        self.parts.append(Limb(tuple(map(float, a)), tuple(map(float, b)), float(ra), float(rb), tuple(colour)))


def body(looks, phase, sway=0.0):
    """Someone at `phase` (0..1) of the gait, or STAND; `sway` turns the trunk forward by radians."""
    clay = _Clay()
    if looks.wheels:
        head = _seated(clay, looks)
    else:
        head = _upright(clay, looks, phase, sway)
    return Body(tuple(clay.parts), tuple(map(float, head)), looks.tall)


def _upright(clay, looks, phase, sway):
    # children have larger heads on shorter legs
    young = min(1.0, max(0.0, (1.5 - looks.tall) / 0.6))
    s = looks.tall / 1.72
    w = s * looks.stout
    big = s * (1 + 0.35 * young)
    hip_height = (0.90 - 0.04 * young) * s
    walking = phase >= 0
    angle = 2 * math.pi * phase if walking else 0.0
    stoop = 0.06 + sway
    hip = np.array([0, 0, hip_height + (0.012 * s * math.cos(2 * angle) if walking else 0)])
    lean = np.array([math.sin(stoop), 0, math.cos(stoop)])
    chest = hip + lean * 0.46 * s
    neck = hip + lean * 0.56 * s
    head = neck + np.array([(0.04 + stoop * 0.12) * s, 0, 0.15 * big])
    for side in (-1, 1):
        own = angle + (math.pi if side > 0 else 0)
        _leg(clay, looks, hip + np.array([0, side * 0.09 * w, 0]), own, walking, s)
        shoulder = chest + np.array([0, side * 0.19 * w, 0])
        holds = (looks.umbrella is not None and side > 0) or (looks.bag in ("hand", "case") and side < 0)
        swing = 0.0 if holds or not walking else 0.50 * math.sin(own + math.pi)
        if looks.umbrella is not None and side > 0:
            _umbrella(clay, looks, shoulder, head, s)
        else:
            wrist = _arm(clay, looks, shoulder, swing + sway * 0.4, 0.15 if holds else 0.35, s)
            if looks.bag == "hand" and side < 0:
                clay.ball(wrist - np.array([0, 0, 0.20 * s]), (0.16 * s, 0.07 * s, 0.16 * s), looks.bag_colour)
            if looks.bag == "case" and side < 0:
                low = np.array([-0.45 * s, side * 0.22, 0.0])
                clay.limb(low + (0, 0, 0.12), low + (0, 0, 0.52), 0.17, 0.17, looks.bag_colour)
                clay.limb(low + (0, 0, 0.55), wrist, 0.012, 0.012, (0.1, 0.1, 0.1))
    clay.limb(hip - (0, 0, 0.02 * s), chest, 0.150 * w, 0.165 * w, looks.top)
    clay.ball(hip, (0.145 * w, 0.165 * w, 0.13 * s), looks.top if looks.coat else looks.trousers)
    clay.ball(chest, (0.14 * w, 0.225 * w, 0.13 * s), looks.top)
    if looks.coat:
        clay.limb(hip, hip - (0, 0, looks.coat * s), 0.165 * w, 0.19 * w, looks.top)
    if looks.skirt:
        clay.limb(hip, hip - (0, 0, 0.42 * s), 0.15 * w, 0.22 * w, looks.trousers)
    if looks.bag == "back":
        clay.ball(chest - (0.20 * s, 0, 0.10 * s), (0.12 * s, 0.15 * s, 0.23 * s), looks.bag_colour)
    if looks.bag == "shoulder":
        clay.ball(hip + (0.0, 0.24 * w, 0.02), (0.15 * s, 0.06 * s, 0.13 * s), looks.bag_colour)
    _head(clay, looks, chest, neck, head, s, big)
    return head


def _head(clay, looks, chest, neck, head, s, big):
    clay.limb(chest, neck + (0.02 * s, 0, 0.05 * s), 0.06 * s, 0.052 * s, looks.top if looks.hood else looks.skin)
    clay.ball(head, (0.100 * big, 0.080 * big, 0.122 * big), looks.skin)
    cover = looks.top if looks.hood else looks.hair
    clay.ball(head + np.array([-0.018, 0, 0.03]) * big, np.array([0.104, 0.088, 0.108]) * big, cover)
    if looks.long_hair and not looks.hood:
        clay.ball(head + np.array([-0.06, 0, -0.08]) * big, np.array([0.07, 0.09, 0.16]) * big, looks.hair)
    if looks.hat is not None:
        clay.ball(head + np.array([0, 0, 0.06]) * big, np.array([0.112, 0.10, 0.085]) * big, looks.hat)
        if looks.brim:
            wide = 0.11 * big + looks.brim
            clay.ball(head + np.array([0, 0, 0.055]) * big, (wide, wide, 0.012), looks.hat)


def _leg(clay, looks, hip, phase, walking, s):
    swing = 0.46 * math.sin(phase) if walking else 0.0
    bend = (0.12 + 0.75 * max(0.0, math.cos(phase)) ** 2) if walking else 0.05
    knee = hip + np.array([math.sin(swing), 0, -math.cos(swing)]) * 0.43 * s
    ankle = knee + np.array([math.sin(swing - bend), 0, -math.cos(swing - bend)]) * 0.42 * s
    # the planted foot must touch the ground, the lifted one must not sink into it
    ankle[2] = max(ankle[2], 0.07 * s)
    bare = looks.skirt
    clay.limb(hip, knee, 0.092 * s, 0.066 * s, looks.trousers)
    clay.limb(knee, ankle, 0.064 * s, 0.046 * s, looks.skin if bare else looks.trousers)
    clay.limb(ankle + np.array([-0.04, 0, -0.035]) * s, ankle + np.array([0.15, 0, -0.04]) * s, 0.042 * s, 0.035 * s, looks.shoes)


def _arm(clay, looks, shoulder, swing, bend, s):
    elbow = shoulder + np.array([math.sin(swing), 0, -math.cos(swing)]) * 0.28 * s
    wrist = elbow + np.array([math.sin(swing + bend), 0, -math.cos(swing + bend)]) * 0.25 * s
    clay.limb(shoulder, elbow, 0.058 * s, 0.046 * s, looks.top)
    clay.limb(elbow, wrist, 0.042 * s, 0.033 * s, looks.top if looks.sleeves else looks.skin)
    clay.ball(wrist + (wrist - elbow) * 0.2, np.array([0.042, 0.03, 0.05]) * s, looks.skin)
    return wrist


def _umbrella(clay, looks, shoulder, head, s):
    hand = shoulder + np.array([0.22, -0.05, -0.12]) * s
    clay.limb(shoulder, hand, 0.055 * s, 0.04 * s, looks.top)
    top = np.array([0.12 * s, 0.05, head[2] + 0.42])
    clay.limb(hand, top, 0.012, 0.012, (0.1, 0.1, 0.1))
    clay.ball(top - (0, 0, 0.12), (0.52, 0.52, 0.13), looks.umbrella)
    clay.ball(top - (0, 0, 0.18), (0.50, 0.50, 0.06), tuple(c * 0.5 for c in looks.umbrella))


def _seated(clay, looks):
    s = looks.tall / 1.72
    seat = np.array([0, 0, 0.52])
    chest = seat + np.array([-0.05, 0, 0.46]) * s
    neck = seat + np.array([-0.05, 0, 0.56]) * s
    head = neck + np.array([0.05, 0, 0.15]) * s
    steel = (0.10, 0.10, 0.11)
    for side in (-1, 1):
        hip = seat + np.array([0, side * 0.10, 0])
        knee = hip + np.array([0.44, 0, 0.02]) * s
        foot = knee + np.array([0.05, 0, -0.40])
        clay.limb(hip, knee, 0.09 * s, 0.07 * s, looks.trousers)
        clay.limb(knee, foot, 0.065 * s, 0.05 * s, looks.trousers)
        clay.limb(foot, foot + (0.14, 0, -0.02), 0.042, 0.035, looks.shoes)
        shoulder = chest + np.array([0, side * 0.20, 0]) * s
        elbow = shoulder + np.array([-0.03, side * 0.05, -0.27]) * s
        hand = elbow + np.array([0.22, side * 0.03, -0.05]) * s
        clay.limb(shoulder, elbow, 0.058 * s, 0.046 * s, looks.top)
        clay.limb(elbow, hand, 0.042 * s, 0.033 * s, looks.top if looks.sleeves else looks.skin)
        clay.ball((-0.02, side * 0.31, 0.30), (0.30, 0.025, 0.30), steel)
        clay.ball((0.42, side * 0.27, 0.09), (0.09, 0.03, 0.09), steel)
    clay.limb(seat, chest, 0.15 * s * looks.stout, 0.165 * s * looks.stout, looks.top)
    clay.ball(chest, np.array([0.14, 0.225, 0.13]) * s, looks.top)
    clay.limb(seat + (-0.20, 0, 0.0), seat + (-0.24, 0, 0.42), 0.20, 0.20, (0.04, 0.04, 0.05))
    _head(clay, looks, chest, neck, head, s, s)
    return head


# --- someone at random ---------------------------------------------------------------------------------------------

_SKINS = [(0.50, 0.31, 0.21), (0.45, 0.27, 0.18), (0.36, 0.20, 0.13), (0.56, 0.37, 0.27), (0.22, 0.12, 0.08)]
_HAIRS = [(0.02, 0.018, 0.016), (0.04, 0.025, 0.018), (0.10, 0.05, 0.025), (0.30, 0.29, 0.28), (0.012, 0.012, 0.014)]


def anybody(rng):
    """Looks at random; `rng` is a random.Random."""
    colour = lambda dark=0.6: _cloth(rng, dark)  # noqa: E731
    child = rng.random() < 0.15
    looks = Looks(
        tall=rng.uniform(1.0, 1.42) if child else min(1.92, max(1.46, rng.gauss(1.67, 0.085))),
        stout=rng.uniform(0.88, 1.05) if child else rng.uniform(0.9, 1.32),
        skin=rng.choice(_SKINS),
        hair=rng.choice(_HAIRS),
        top=colour(),
        trousers=colour(0.8),
        shoes=_cloth(rng, 0.7),
        long_hair=rng.random() < 0.35,
        sleeves=rng.random() < 0.65,
        skirt=rng.random() < 0.15,
        coat=rng.choice([0, 0, 0, 0.15, 0.3, 0.5]),
        hood=rng.random() < 0.07,
        bag=rng.choice(["", "", "", "back", "back", ""] if child else ["", "", "", "back", "hand", "case", "shoulder"]),
        bag_colour=_cloth(rng, 0.6),
        umbrella=_cloth(rng, 0.4) if rng.random() < 0.07 else None,
        wheels=not child and rng.random() < 0.03,
    )
    if rng.random() < 0.2:
        looks = replace(looks, hat=colour(), brim=rng.choice([0.0, 0.0, 0.04, 0.08]))
    return replace(looks, umbrella=None) if looks.wheels else looks


def _cloth(rng, dark):
    """Muted, mostly; `dark` is the share of dark cloth."""
    if rng.random() < dark * 0.55:
        grey = rng.uniform(0.008, 0.07)
        return tuple(max(0.004, grey * rng.uniform(0.7, 1.4)) for _ in range(3))
    if rng.random() < 0.25:
        grey = rng.uniform(0.15, 0.75)
        return tuple(grey * rng.uniform(0.9, 1.08) for _ in range(3))
    hue, strength, value = rng.random() * 6, rng.uniform(0.2, 0.95), rng.uniform(0.06, 0.6)
    k = [max(0.0, min(1.0, abs((hue + o) % 6 - 3) - 1)) for o in (0, 4, 2)]
    return tuple(value * (1 - strength + strength * c) for c in k)
