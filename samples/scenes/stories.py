"""The clips. Each story has one place with a fixed camera, a few stills of it, and what is seen when."""

from .camera import Camera
from .model import Bin, Event, Fill, Light, Litter, Place, Segment, Shown, Still, Story, Walk

GREEN, BLUE, GREY, RED = (0.012, 0.15, 0.05), (0.01, 0.09, 0.36), (0.05, 0.052, 0.056), (0.42, 0.02, 0.02)
HD = (960, 540)
SHUT = Fill()
PEEPING = Fill(lid=0.30, bags=3)
PROPPED = Fill(lid=0.75, bags=7)
OVERFLOWING = Fill(lid=1.15, bags=12)
HEAPED = Fill(lid=4.2, bags=10)


def passing(figure, start, seconds, y, hue=0.0, leftwards=False):
    """Someone who walks by along the station, from edge to edge and out of the picture."""
    ends = (3.6, -3.6) if leftwards else (-3.6, 3.6)
    return Walk(figure, ((start, ends[0], y), (start + seconds, ends[1], y)), hue)


def at_work(start, end, spots, y=-1.0):
    """The cleaner comes from the left, works at each spot in turn for the same time, and leaves to the right."""
    walk_in, walk_out = 1.6, 1.6
    each = (end - start - walk_in - walk_out) / len(spots)
    path = [(start, -3.4, y)]
    t = start + walk_in
    for i, x in enumerate(spots):
        path += [(t, x - 0.75, y), (t + each - (0.5 if i + 1 < len(spots) else 0.0), x - 0.75, y)]
        t += each
    return Walk("cleaner", (*path, (end, 3.4, y)))


def row(*colours, gap=0.80, first=None):
    """Wheeled bins side by side, none quite straight."""
    left = -(len(colours) - 1) / 2 * gap if first is None else first
    wobble = (0.02, -0.05, 0.04, 0.0)
    return tuple(Bin(left + i * gap, colour, wobble[i % 4], wobble[(i + 1) % 4] * 1.6) for i, colour in enumerate(colours))


FILLING = Place(
    "lane", 11, Camera((0.5, -6.0, 3.3), (0.0, 0.0, 0.55), 42), HD, row(GREEN, GREEN, BLUE, gap=0.97), "plaster", "slabs",
    Light(0.85, 2.6), board=-1.9, pipe=1.75,
)  # fmt: skip

filling_overflow = Story(
    "filling-overflow",
    FILLING,
    (
        Still("clean", (SHUT, SHUT, SHUT)),
        Still("peeping", (SHUT, PEEPING, SHUT)),
        Still("propped", (SHUT, PROPPED, PEEPING)),
        Still("overflow", (SHUT, OVERFLOWING, PROPPED)),
        Still("heaped", (SHUT, OVERFLOWING, HEAPED)),
    ),
    (
        Shown(0, "clean"),
        Shown(10.4, "peeping"),
        Shown(17.4, "propped"),
        Shown(23.4, "overflow"),
        Shown(28.4, "heaped"),
        Shown(79.6, "overflow"),
        Shown(81.8, "clean"),
    ),
    (Segment("filling", 0, 32), Segment("dirty", 32, 76, True), Segment("cleaning", 76, 86), Segment("clean", 86, 110, True)),
    (Event("overflow", 11.0, 82.0, ("bin1",), "heaped"), Event("overflow", 18.0, 82.0, ("bin2",), "heaped")),
    (
        passing("resident", 4.5, 5.0, -1.35, 0.0),
        passing("resident", 40.5, 5.5, -1.5, 0.55, leftwards=True),
        at_work(76.2, 85.8, (1.0, 0.0)),
        passing("resident", 95.5, 5.0, -1.4, 0.3),
    ),
)

overflow_from_start = Story(
    "overflow-from-start",
    Place(
        "market", 23, Camera((-0.6, -5.8, 3.2), (0.1, 0.0, 0.60), 42), HD, row(RED, GREEN, GREEN, GREY, gap=0.78), "tiles", "paving",
        Light(0.95, 3.4), pipe=-2.0,
    ),
    (
        Still("overflow", (SHUT, OVERFLOWING, HEAPED, SHUT)),
        Still("half", (SHUT, OVERFLOWING, SHUT, SHUT)),
        Still("clean", (SHUT, SHUT, SHUT, SHUT)),
    ),
    (Shown(0, "overflow"), Shown(60.2, "half"), Shown(62.6, "clean")),
    (Segment("dirty", 0, 56, True), Segment("cleaning", 56, 66), Segment("clean", 66, 90, True)),
    (Event("overflow", 0.0, 62.6, ("bin1",), "overflow"), Event("overflow", 0.0, 60.2, ("bin2",), "overflow")),
    (
        passing("resident", 12.5, 5.0, -1.4, 0.45),
        at_work(56.2, 65.8, (0.6, -0.2)),
        passing("resident", 75.5, 5.5, -1.3, 0.75, leftwards=True),
    ),
)  # fmt: skip

litter_beside = Story(
    "litter-beside",
    Place(
        "gate", 37, Camera((0.4, -6.2, 3.5), (0.45, -0.3, 0.45), 41), HD, row(GREEN, GREY, gap=0.80, first=-0.95), "brick", "concrete",
        Light(0.9, 2.4), shutter=-2.9,
    ),
    (
        Still("clean", (SHUT, SHUT)),
        Still("bags", (SHUT, SHUT), Litter(0.75, -0.35, 4, 10, 0.6)),
        Still("more", (SHUT, SHUT), Litter(0.75, -0.35, 9, 28, 0.8)),
        Still("heap", (SHUT, SHUT), Litter(0.75, -0.35, 14, 50, 0.9)),
    ),
    (Shown(0, "clean"), Shown(10.4, "bags"), Shown(16.4, "more"), Shown(22.4, "heap"), Shown(77.6, "more"), Shown(79.4, "bags"), Shown(81.0, "clean")),
    (Segment("filling", 0, 26), Segment("dirty", 26, 74, True), Segment("cleaning", 74, 84), Segment("clean", 84, 108, True)),
    (Event("litter", 11.0, 81.0, ("litter",), "heap"),),
    (
        passing("resident", 8.2, 4.4, -1.5, 0.2),
        passing("resident", 36.5, 5.5, -1.6, 0.65, leftwards=True),
        at_work(74.2, 83.8, (0.8, 1.4), y=-1.25),
        passing("resident", 93.5, 5.0, -1.5, 0.9),
    ),
)  # fmt: skip

overflow_and_litter = Story(
    "overflow-and-litter",
    Place(
        "school", 41, Camera((-0.9, -6.0, 3.4), (-0.1, -0.2, 0.50), 41), HD, row(BLUE, GREEN, GREEN, gap=0.80, first=-0.55), "yellow", "slabs",
        Light(0.8, 3.2), board=0.9, pipe=-1.5,
    ),
    (
        Still("clean", (SHUT, SHUT, SHUT)),
        Still("full", (SHUT, PROPPED, PEEPING)),
        Still("overflow", (SHUT, OVERFLOWING, PROPPED), Litter(-1.5, -0.38, 4, 10, 0.6)),
        Still("heaped", (SHUT, OVERFLOWING, HEAPED), Litter(-1.5, -0.38, 13, 45, 0.8)),
        Still("swept", (SHUT, OVERFLOWING, HEAPED)),
    ),
    (Shown(0, "clean"), Shown(8.4, "full"), Shown(14.4, "overflow"), Shown(20.4, "heaped"), Shown(76.0, "swept"), Shown(79.0, "clean")),
    (Segment("filling", 0, 24), Segment("dirty", 24, 72, True), Segment("cleaning", 72, 82), Segment("clean", 82, 106, True)),
    (
        Event("overflow", 9.0, 79.2, ("bin1",), "heaped"),
        Event("overflow", 9.0, 79.2, ("bin2",), "heaped"),
        Event("litter", 15.0, 76.0, ("litter",), "heaped"),
    ),
    (
        passing("resident", 2.5, 5.0, -1.5, 0.35),
        passing("resident", 34.5, 5.0, -1.55, 0.1, leftwards=True),
        at_work(72.2, 81.8, (-0.9, 0.6), y=-1.2),
        passing("resident", 91.5, 5.0, -1.45, 0.8),
    ),
)  # fmt: skip

clean_passers_by = Story(
    "clean-passers-by",
    Place(
        "alley", 53, Camera((0.8, -6.1, 3.2), (0.0, 0.0, 0.65), 41), HD, row(GREEN, BLUE, GREY, RED, gap=0.78), "white", "asphalt",
        Light(0.9, 2.7), board=0.0, pipe=2.1,
    ),
    (Still("clean", (SHUT, SHUT, SHUT, SHUT)),),
    (Shown(0, "clean"),),
    (Segment("clean", 0, 60, True),),
    (),
    (
        passing("resident", 3.0, 5.0, -1.30, 0.0),
        passing("resident", 10.3, 5.5, -1.50, 0.5, leftwards=True),
        passing("resident", 13.2, 5.5, -1.15, 0.05),
        passing("cleaner", 24.0, 6.0, -1.40, 0.0),
        passing("resident", 33.0, 5.0, -1.25, 0.3, leftwards=True),
        passing("resident", 34.0, 5.2, -1.55, 0.15, leftwards=True),
        passing("resident", 45.0, 5.0, -1.40, 0.65),
        passing("cleaner", 51.5, 6.0, -1.20, 0.0, leftwards=True),
    ),
)  # fmt: skip

clean_quiet = Story(
    "clean-quiet",
    Place(
        "garden", 67, Camera((-0.3, -5.6, 3.1), (0.0, 0.0, 0.55), 41), (640, 360), row(GREEN, GREEN, gap=0.85), "tiles", "concrete",
        Light(0.75, 2.9), shutter=2.4,
    ),
    (Still("swept", (SHUT, SHUT)), Still("leaves", (SHUT, SHUT), leaves=7)),
    (Shown(0, "swept"), Shown(16.0, "leaves", fade=3.0), Shown(46.0, "swept", fade=3.0)),
    (Segment("clean", 0, 60, True),),
    dapple=0.30,
)  # fmt: skip

NIGHT = Place(
    "corner", 79, Camera((0.5, -5.8, 3.2), (0.0, 0.0, 0.55), 42), (640, 360), row(GREEN, GREEN, GREY), "white", "concrete",
    Light(strength=0.05, lamp=True), pipe=-1.8,
)  # fmt: skip

night_self_cleared = Story(
    "night-self-cleared",
    NIGHT,
    (
        Still("clean", (SHUT, SHUT, SHUT)),
        Still("propped", (PROPPED, SHUT, SHUT)),
        Still("overflow", (OVERFLOWING, HEAPED, SHUT)),
    ),
    (Shown(0, "clean"), Shown(6.4, "propped"), Shown(10.4, "overflow"), Shown(68.4, "propped"), Shown(70.4, "clean")),
    (Segment("filling", 0, 14), Segment("overflowing", 14, 66), Segment("leaving", 66, 74), Segment("clean", 74, 98, True)),
    (Event("overflow", 7.0, 70.6, ("bin0",), "overflow"), Event("overflow", 11.0, 68.4, ("bin1",), "overflow")),
    (passing("resident", 24.5, 5.0, -1.4, 0.4), passing("resident", 66.5, 5.0, -1.4, 0.7, leftwards=True)),
    noise=3.0,
)
