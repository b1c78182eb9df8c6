"""Entrances of public toilets that a camera looks down at: what stands there. Metres; x along the wall, y away from the viewer, the wall at y = 0."""

import math
import random
from dataclasses import dataclass, replace

from .camera import SENSOR_MM, Camera
from .model import Light, Prop

SIZE = (640, 360)
DEEP = 2.4  # metres of the room behind a door


@dataclass(frozen=True)
class Door:
    """An opening in the wall: its middle, width and height in metres."""

    x: float
    wide: float = 1.3
    high: float = 2.15
    sign: tuple[float, float, float] = (0.03, 0.12, 0.40)  # colour of the board beside it


@dataclass(frozen=True)
class Entrance:
    name: str
    seed: int
    camera: Camera
    doors: tuple[Door, ...]
    wall: str
    ground: str
    light: Light
    canopy: float = 0.0  # metres that a flat roof stands out over the doors
    step: bool = False  # a slab before the doors, drawn flat
    windows: tuple[float, ...] = ()
    pipe: float | None = None
    props: tuple[Prop, ...] = ()
    size: tuple[int, int] = SIZE


def looking(dip, away, aim=(0.0, -1.0, 0.5), turn=0.0, lens_mm=24.0):
    """A camera that looks at `aim` from `away` metres, `dip` radians down, `turn` radians about it."""
    flat = away * math.cos(dip)
    eye = (aim[0] + flat * math.sin(turn), aim[1] - flat * math.cos(turn), aim[2] + away * math.sin(dip))
    return Camera(eye, aim, lens_mm)


def anywhere(seed):
    """An entrance at random, by its seed."""
    rng = random.Random(f"entrance/{seed}")
    two = rng.random() < 0.45
    wide = rng.uniform(0.95, 1.8)
    middle = rng.uniform(-0.5, 0.5)
    high = rng.uniform(2.05, 2.4)
    if two:
        gap = rng.uniform(1.6, 2.6)
        wide = min(wide, gap - 0.5)
        doors = (Door(middle - gap / 2, wide, high), Door(middle + gap / 2, wide, high, (0.45, 0.05, 0.10)))
    else:
        doors = (Door(middle, wide, high, rng.choice([(0.03, 0.12, 0.40), (0.02, 0.20, 0.10), (0.5, 0.5, 0.5)])),)
    camera = looking(
        math.radians(rng.uniform(28, 52)),
        rng.uniform(4.2, 6.4),
        (middle + rng.uniform(-0.6, 0.6), rng.uniform(-1.6, -0.5), 0.5),
        rng.uniform(-0.5, 0.5),
        SENSOR_MM / 2 / math.tan(math.radians(rng.uniform(58, 92)) / 2),
    )
    at = rng.random()
    if at < 0.4:
        light = Light(rng.uniform(0.5, 1.1), rng.uniform(2.0, 4.2), rng.uniform(0.09, 0.14))
    elif at < 0.7:
        light = Light(overcast=True, strength=rng.uniform(0.8, 1.5))
    elif at < 0.85:
        light = Light(strength=rng.uniform(0.04, 0.10), lamp=True)
    else:
        light = Light(infrared=True)
    reach = 2.2 if not two else 3.0
    props = tuple(
        Prop(rng.choice(["scooter", "pot", "bollard", "cabinet", "pot"]), side * rng.uniform(reach, reach + 1.6), rng.uniform(-0.9, -0.4), rng.uniform(-0.6, 0.6))
        for side in (-1, 1)
        if rng.random() < 0.6
    )
    return Entrance(
        f"entrance{seed}",
        seed,
        camera,
        doors,
        rng.choice(["plaster", "white", "brick", "tiles", "yellow"]),
        rng.choice(["concrete", "slabs", "paving", "asphalt"]),
        light,
        canopy=0.0,
        step=rng.random() < 0.5,
        windows=tuple(x for x in (middle - 3.2, middle + 3.2) if rng.random() < 0.5),
        pipe=middle + rng.choice([-2.2, 2.3]) if rng.random() < 0.4 else None,
        props=props,
    )


_DAY = Entrance(
    "entrance-day", 9001, looking(math.radians(38), 5.4, (0.1, -1.1, 0.5), 0.16, 25.0), (Door(0.0, 1.5, 2.25),), "tiles", "paving",
    Light(0.85, 2.7), step=True, windows=(-3.1, 3.1), pipe=2.2, props=(Prop("pot", -1.75, -0.45), Prop("bollard", 2.9, -2.2)),
)  # fmt: skip
_BUSY = Entrance(
    "entrance-busy", 9002, looking(math.radians(43), 5.8, (0.0, -1.2, 0.5), -0.2, 24.0), (Door(-1.0, 1.2), Door(1.0, 1.2, sign=(0.45, 0.05, 0.10))), "white", "slabs",
    Light(overcast=True, strength=1.1), props=(Prop("pot", 2.4, -0.45), Prop("cabinet", -2.9, -0.5)),
)  # fmt: skip
_NIGHT = replace(
    _DAY, name="entrance-night", seed=9003, camera=looking(math.radians(36), 5.2, (-0.1, -1.0, 0.5), -0.12, 24.0), doors=(Door(0.1, 1.4),), wall="plaster", ground="concrete",
    light=Light(strength=0.06, lamp=True), windows=(), pipe=-1.9, props=(Prop("scooter", 2.6, -0.6, 0.3),),
)  # fmt: skip

ENTRANCES = {e.name: e for e in (_DAY, _BUSY, _NIGHT)}
