"""What a story is made of. Plain data: no Blender, no pictures. Metres and seconds throughout."""

from dataclasses import dataclass

from .camera import Camera

Colour = tuple[float, float, float]


@dataclass(frozen=True)
class Bin:
    x: float
    colour: Colour
    y: float = 0.0
    turn: float = 0.0  # radians about the vertical


@dataclass(frozen=True)
class Light:
    sun_height: float = 0.8  # radians above the horizon
    sun_side: float = 2.9  # radians, Blender's sun rotation
    strength: float = 0.12
    lamp: bool = False  # night under a street lamp; the sun counts no more


@dataclass(frozen=True)
class Place:
    """A refuse station: what stands there whatever happens."""

    name: str
    seed: int
    camera: Camera
    size: tuple[int, int]  # pixels
    bins: tuple[Bin, ...]
    wall: str
    ground: str
    light: Light
    shutter: float | None = None  # middle of a roller shutter along the wall
    board: float | None = None  # middle of the notice board along the wall
    pipe: float | None = None  # a rain pipe along the wall


@dataclass(frozen=True)
class Fill:
    """How one bin looks: its lid (radians: 0 shut, about 1 propped by bags, over 4 hanging behind) and the bags over its rim."""

    lid: float = 0.0
    bags: int = 0


@dataclass(frozen=True)
class Litter:
    """Refuse on the ground around (x, y): bags in a heap, loose pieces around them."""

    x: float
    y: float
    bags: int
    pieces: int
    spread: float = 0.7


@dataclass(frozen=True)
class Still:
    """One picture to render: a place in a state."""

    name: str
    fills: tuple[Fill, ...]
    litter: Litter | None = None
    leaves: int = 0


@dataclass(frozen=True)
class Shown:
    """From `at` on this still is seen; the one before fades into it."""

    at: float
    still: str
    fade: float = 0.6


@dataclass(frozen=True)
class Walk:
    """Someone on the way along (second, x, y); where two points are the same the figure works there."""

    figure: str
    path: tuple[tuple[float, float, float], ...]
    hue: float = 0.0  # turns the colours of the clothes, 0..1


@dataclass(frozen=True)
class Segment:
    name: str
    start: float
    end: float
    loop: bool = False


@dataclass(frozen=True)
class Event:
    """What a detector should find: `kind` at the things named in `of` ("bin0", "litter") from `start` to `end`."""

    kind: str
    start: float
    end: float
    of: tuple[str, ...]
    at: str  # the still whose boxes hold


@dataclass(frozen=True)
class Story:
    name: str
    place: Place
    stills: tuple[Still, ...]
    shown: tuple[Shown, ...]
    segments: tuple[Segment, ...]
    events: tuple[Event, ...] = ()
    walks: tuple[Walk, ...] = ()
    noise: float = 1.4  # sensor noise, grey levels
    dapple: float = 0.0  # strength of moving leaf shade, 0..1

    @property
    def seconds(self):
        return self.segments[-1].end
