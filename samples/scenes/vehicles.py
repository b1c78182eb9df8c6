"""The refuse truck as a layer of a clip: drawn once where it stands, in the light of its place, and shifted while it drives."""

from dataclasses import dataclass

TALL = 2.0  # metres
LONG = 3.4
WIDE = 1.25
LAYER = (1.6, 1.3)  # the layer's width and height in those of the picture: it ends where nobody sees it


@dataclass(frozen=True)
class Parked:
    """The truck on the picture; see people.Placed."""

    foot: tuple[float, float]
    scale: float
    origin: tuple[float, float]  # the foot on the layer
    smear: float  # pixels
    mirrored: bool = False


def layer_size(story):
    return tuple(round(side * share / 2) * 2 for side, share in zip(story.stage, LAYER, strict=True))


def stand(drive):
    """Where it stands, and is drawn: the x at which it stays the longest."""
    return max(zip(drive.path, drive.path[1:]), key=lambda leg: leg[1][0] - leg[0][0] if leg[0][1] == leg[1][1] else 0.0)[0][1]


def placed(story, t):
    """How the truck looks at second `t`, or None while it is away."""
    drive = story.drive
    if not drive or not drive.path[0][0] <= t <= drive.path[-1][0]:
        return None
    (t0, x0), (t1, x1) = next((a, b) for a, b in zip(drive.path, drive.path[1:]) if t <= b[0])
    x = x0 + (x1 - x0) * (t - t0) / (t1 - t0)
    foot_x, foot_y, tall = story.place.camera.standing(x, drive.y, TALL, *story.stage)
    width, height = layer_size(story)
    home_x, home_y, drawn = story.place.camera.standing(stand(drive), drive.y, TALL, *story.stage)
    origin = home_x + (width - story.stage[0]) / 2, home_y + (height - story.stage[1]) / 2
    speed = abs(x1 - x0) / (t1 - t0)
    return Parked((foot_x, foot_y), tall / drawn, origin, speed / 50 * tall / TALL)
