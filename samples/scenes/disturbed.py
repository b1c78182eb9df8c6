"""More clips: somebody or something stands in the way, the light or the camera changes, or what looks like refuse is none."""

from .camera import Camera
from .model import (
    INFRARED, Bin, Cover, Drive, Dusk, Event, Fault, Fill, Knock, Light, Litter, Place, Rain, Segment, Shown, Still, Story, Walk,
)  # fmt: skip
from .stories import (
    BLUE, FILLING, GREEN, GREY, HD, HEAPED, OVERFLOWING, PROPPED, RED, SHUT, at_work, litter_beside, overflow_and_litter, overflow_from_start, passing, row,
)  # fmt: skip

SMALL = (640, 360)


def lingering(figure, start, end, x, y, hue=0.0):
    """Someone who comes from the left, stands at (x, y), shifts from time to time, and goes on to the right."""
    path = [(start, -3.4, y - 0.3), (start + 3.0, x, y)]
    t, side = start + 3.0, 1
    while t + 22 < end:
        path += [(t + 18, x + 0.06 * side, y), (t + 18.4, x - 0.06 * side, y)]
        t, side = t + 18.4, -side
    return Walk(figure, (*path, (end - 3.0, path[-1][1], y), (end, 3.4, y - 0.3)), hue)


standing_in_front = Story(
    "standing-in-front",
    overflow_from_start.place,
    (Still("half", (SHUT, OVERFLOWING, SHUT, SHUT), of="overflow-from-start"),),
    (Shown(0, "half"),),
    (Segment("dirty", 0, 34, True), Segment("hidden", 34, 176)),
    (Event("overflow", 0.0, 176.0, ("bin1",), "half"),),
    (lingering("resident", 35.0, 171.0, -0.30, -0.70, 0.45), lingering("resident", 36.5, 169.5, -0.62, -0.62, 0.15)),
    noise=1.0,
    small=True,
)

truck_in_front = Story(
    "truck-in-front",
    FILLING,
    (Still("heaped", (SHUT, OVERFLOWING, HEAPED), of="filling-overflow"),),
    (Shown(0, "heaped"),),
    (Segment("dirty", 0, 42, True), Segment("hidden", 42, 122), Segment("still dirty", 122, 150, True)),
    (Event("overflow", 0.0, 150.0, ("bin1",), "heaped"), Event("overflow", 0.0, 150.0, ("bin2",), "heaped")),
    drive=Drive(-1.45, ((44.2, -5.4), (47.4, -0.6), (48.6, 0.35), (114.2, 0.35), (115.6, 1.4), (118.6, 6.2))),
    small=True,
)

infrared_switch = Story(
    "infrared-switch",
    overflow_and_litter.place,
    (
        Still("clean", (SHUT, SHUT, SHUT), of="overflow-and-litter"),
        Still("full", (SHUT, PROPPED, Fill(lid=0.30, bags=3)), of="overflow-and-litter"),
        Still("swept", (SHUT, OVERFLOWING, HEAPED), of="overflow-and-litter"),
        Still("infrared", (SHUT, OVERFLOWING, HEAPED), light=INFRARED),
    ),
    (Shown(0, "clean"), Shown(8.4, "full"), Shown(12.4, "swept"), Shown(76.0, "infrared", fade=0.0)),
    (Segment("filling", 0, 16), Segment("dusk", 16, 76), Segment("infrared", 76, 150)),
    (Event("overflow", 9.0, 150.0, ("bin1",), "swept"), Event("overflow", 9.0, 150.0, ("bin2",), "swept")),
    (passing("resident", 6.2, 4.6, -1.4, 0.6), passing("resident", 58.5, 5.0, -1.5, 0.2, leftwards=True), passing("resident", 104.5, 5.0, -1.4, 0.8)),
    noise=1.6,
    dusk=Dusk(76.0, 0.30),
    small=True,
)

covered = Story(
    "covered",
    litter_beside.place,
    (Still("heap", (SHUT, SHUT), Litter(0.75, -0.35, 14, 50, 0.9), of="litter-beside"),),
    (Shown(0, "heap"),),
    (Segment("dirty", 0, 48, True), Segment("covered", 48, 94), Segment("still dirty", 94, 120, True)),
    (Event("litter", 0.0, 120.0, ("litter",), "heap"),),
    (passing("resident", 18.5, 5.0, -1.5, 0.3),),
    cover=Cover(50.4, 91.6),
    faults=(Fault("covered", 51.0, 91.6),),
    small=True,
)

knocked_aside = Story(
    "knocked-aside",
    Place(
        "crossing", 97, Camera((-0.4, -6.0, 3.3), (0.0, 0.0, 0.55), 28), HD, row(GREEN, GREEN, GREY, gap=0.84), "brick", "paving",
        Light(0.85, 2.8), board=-2.3, pipe=1.9,
    ),
    (Still("overflow", (SHUT, OVERFLOWING, SHUT)),),
    (Shown(0, "overflow"),),
    (Segment("dirty", 0, 44, True), Segment("knocked", 44, 150)),
    (Event("overflow", 0.0, 150.0, ("bin1",), "overflow"),),
    (passing("resident", 22.5, 6.0, -1.5, 0.1),),
    knock=Knock(46.4, yaw=0.165, pitch=0.02, roll=0.01),
    faults=(Fault("moved", 47.0, 150.0),),
    zoom=1.5,
    noise=1.0,
)  # fmt: skip

leaves_and_rain = Story(
    "leaves-and-rain",
    Place(
        "park", 101, Camera((0.7, -5.9, 3.3), (0.1, -0.1, 0.55), 41), SMALL, row(BLUE, GREEN, GREY, gap=0.82), "yellow", "slabs",
        Light(0.9, 2.7), pipe=-1.9,
    ),
    (Still("leaves", (SHUT, SHUT, SHUT), leaves=60), Still("wet", (SHUT, SHUT, SHUT), leaves=85, wet=True, light=Light(strength=0.85, overcast=True))),
    (Shown(0, "leaves"), Shown(56.0, "wet", fade=10.0)),
    (Segment("leaves", 0, 48), Segment("rain", 48, 106), Segment("wet", 106, 130)),
    (),
    (passing("resident", 30.5, 5.5, -1.5, 0.5),),
    dapple=0.34,
    rain=Rain(52.0, 104.0),
)  # fmt: skip

bag_picked_up = Story(
    "bag-picked-up",
    Place(
        "steps", 103, Camera((-0.5, -5.8, 3.2), (0.2, -0.1, 0.50), 41), SMALL, row(GREEN, RED, gap=0.85, first=-0.8), "white", "paving",
        Light(0.85, 2.5), shutter=2.6,
    ),
    (Still("clean", (SHUT, SHUT)), Still("bag", (SHUT, SHUT), Litter(0.85, -0.3, 1, 0, 0.4))),
    (Shown(0, "clean"), Shown(20.0, "bag", fade=0.4), Shown(40.0, "clean", fade=0.4)),
    (Segment("clean", 0, 12), Segment("bag", 12, 48), Segment("clean again", 48, 80, True)),
    (),
    (
        Walk("resident", ((16.4, -3.2, -1.0), (19.4, 0.70, -0.75), (21.4, 0.70, -0.75), (23.0, 2.2, -1.0), (25.0, 3.8, -1.2)), 0.3),
        Walk("resident", ((36.0, 3.8, -1.2), (39.2, 1.0, -0.75), (41.0, 1.0, -0.75), (44.6, -3.4, -1.0)), 0.3),
    ),
)  # fmt: skip

bags_beside = Story(
    "bags-beside",
    Place(
        "depot", 107, Camera((0.6, -6.9, 3.7), (0.0, -0.2, 0.55), 40), SMALL,
        (Bin(0.1, (0.03, 0.13, 0.05), 0.02, 0.02, "skip"), Bin(1.65, (0.03, 0.13, 0.05), -0.03, -0.03, "skip")), "white", "concrete",
        Light(0.8, 3.0), pipe=-0.9,
    ),
    (
        Still("clean", (SHUT, SHUT)),
        Still("two", (SHUT, SHUT), Litter(-1.35, -0.25, 2, 0, 0.62)),
        Still("five", (SHUT, SHUT), Litter(-1.35, -0.25, 5, 2, 0.62)),
        Still("nine", (SHUT, SHUT), Litter(-1.35, -0.25, 9, 4, 0.62)),
    ),
    (Shown(0, "clean"), Shown(10.4, "two"), Shown(20.4, "five"), Shown(30.4, "nine")),
    (Segment("clean", 0, 8), Segment("filling", 8, 36), Segment("dirty", 36, 120, True)),
    (Event("litter", 11.0, 120.0, ("litter",), "nine"),),
    (
        passing("resident", 8.8, 5.4, -1.35, 0.2),
        passing("resident", 18.8, 5.4, -1.35, 0.6),
        passing("resident", 28.8, 5.4, -1.35, 0.0),
        passing("resident", 74.5, 5.5, -1.7, 0.75, leftwards=True),
    ),
)  # fmt: skip

litter_scattered = Story(
    "litter-scattered",
    Place(
        "square", 109, Camera((-0.7, -6.1, 3.5), (0.1, -0.6, 0.40), 40), SMALL, row(GREY, BLUE, GREEN, gap=0.80, first=-1.4), "plaster", "asphalt",
        Light(0.9, 2.6), pipe=2.0,
    ),
    (
        Still("clean", (SHUT, SHUT, SHUT)),
        Still("some", (SHUT, SHUT, SHUT), Litter(0.75, -0.55, 0, 22, 1.0)),
        Still("scattered", (SHUT, SHUT, SHUT), Litter(0.75, -0.55, 0, 60, 1.15)),
    ),
    (Shown(0, "clean"), Shown(10.4, "some"), Shown(18.4, "scattered"), Shown(92.6, "some"), Shown(95.6, "clean")),
    (Segment("filling", 0, 22), Segment("dirty", 22, 88, True), Segment("cleaning", 88, 100), Segment("clean", 100, 124, True)),
    (Event("litter", 11.0, 96.0, ("litter",), "scattered"),),
    (
        passing("resident", 8.4, 4.6, -1.5, 0.35),
        passing("resident", 16.6, 4.6, -1.5, 0.85),
        at_work(88.2, 99.8, (0.6, 1.4), y=-1.2),
    ),
)  # fmt: skip
