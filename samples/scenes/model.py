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
    kind: str = "wheeled"  # or "skip", the container of 1100 litres


@dataclass(frozen=True)
class Light:
    sun_height: float = 0.8  # radians above the horizon
    sun_side: float = 2.9  # radians, Blender's sun rotation
    strength: float = 0.12
    overcast: bool = False  # an even grey sky of `strength`, and so no hard shadows
    lamp: bool = False  # night under a street lamp; the sun counts no more
    infrared: bool = False  # night by the camera's own light; the sun counts no more


INFRARED = Light(infrared=True)


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
    windows: tuple[float, ...] = ()  # middles along the wall
    wall_y: float = 1.1
    reach: float = 14.0  # how far wall and ground go
    props: tuple["Prop", ...] = ()


@dataclass(frozen=True)
class Prop:
    """Something that is no refuse: see blender/props.py."""

    kind: str
    x: float
    y: float
    turn: float = 0.0


@dataclass(frozen=True)
class Fill:
    """How one bin looks: its lid (radians: 0 shut, about 1 propped by bags, over 4 hanging behind) and its bags."""

    lid: float = 0.0
    bags: int = 0
    sunk: bool = False  # the bags lie under the rim: full, and not overflowing

    @property
    def overflows(self):
        return self.bags > 0 and not self.sunk


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
    litter: Litter | tuple[Litter, ...] | None = None  # several lie apart
    leaves: int = 0
    wet: bool = False  # the ground after rain
    light: Light | None = None  # where it is not the place's
    detail: int = 5  # how finely bags are crumpled: 5 for close looks, 4 has a quarter of the facets
    of: str = ""  # the story that it was drawn for, where that is another one of the same place


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
class Drive:
    """The truck on the way along (second, x), its middle at `y`; it stands where two points are the same."""

    y: float
    path: tuple[tuple[float, float], ...]


@dataclass(frozen=True)
class Cover:
    """Something dark that is pushed over the lens and taken away."""

    start: float
    end: float


@dataclass(frozen=True)
class Rain:
    """Streaks in the air; leaf shade goes while it rains, for there is no sun, and does not return."""

    start: float
    end: float


@dataclass(frozen=True)
class Dusk:
    """Daylight that fades to `left` of itself from the clip's beginning until `end`, when the camera switches to infrared."""

    end: float
    left: float


@dataclass(frozen=True)
class Knock:
    """The camera is turned at second `at`: radians to the right and down, and about its own axis."""

    at: float
    yaw: float
    pitch: float = 0.0
    roll: float = 0.0


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
class Fault:
    """What keeps the view from being judged, by the name that the product has for it."""

    fault: str
    start: float
    end: float


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
    drive: Drive | None = None
    cover: Cover | None = None
    rain: Rain | None = None
    dusk: Dusk | None = None
    knock: Knock | None = None
    faults: tuple[Fault, ...] = ()
    zoom: float = 1.0  # how much narrower the clip's view is than the stills', which leaves room to turn
    small: bool = False  # two thirds of the stills' width and height

    @property
    def seconds(self):
        return self.segments[-1].end

    @property
    def stage(self):
        """Width and height in pixels of what is composed, before the camera sees its part of it."""
        return tuple(round(side * 2 / 3) for side in self.place.size) if self.small else self.place.size

    @property
    def size(self):
        """Width and height of the clip in pixels."""
        return tuple(round(side / self.zoom) for side in self.stage)

    def infrared(self, t):
        """Whether the camera sees by its own light at second `t`."""
        return self.dusk is not None and t >= self.dusk.end

    def still(self, name):
        return next(still for still in self.stills if still.name == name)
