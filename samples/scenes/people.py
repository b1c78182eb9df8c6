"""Where people are and how they look at a moment, and how they are laid over a picture."""

import math
from dataclasses import dataclass

import cv2
import numpy as np

from . import figures

WORK_SECONDS = 0.6  # a stroke of the broom, one pose
SMEAR = 0.034  # metres that a walker goes while the shutter is open


@dataclass(frozen=True)
class Placed:
    """A figure on the picture: `scale` of its layer, `foot` in pixels, mirrored where it walks to the left."""

    clothes: str
    pose: str
    hue: float
    foot: tuple[float, float]
    scale: float
    mirrored: bool
    distance: float
    smear: float  # pixels
    origin: tuple[float, float]  # the foot on the layer, in its pixels


def placed(walk, camera, size, t):
    """How the walk looks at second `t`, or None outside its time."""
    if not walk.path[0][0] <= t <= walk.path[-1][0]:
        return None
    x, y, gone, moving, leftwards = _along(walk.path, t)
    if moving:
        pose = figures.WALK_POSES[int(gone / figures.STRIDE * len(figures.WALK_POSES)) % len(figures.WALK_POSES)]
    elif walk.figure == "cleaner":
        pose = figures.WORK_POSES[int(t / WORK_SECONDS) % len(figures.WORK_POSES)]
    else:
        pose = figures.WALK_POSES[0]
    foot_x, foot_y, tall = camera.standing(x, y, figures.TALL, *size)
    *origin, drawn = figures.FIGURE_CAMERA.standing(0, 0, figures.TALL, *figures.FIGURE_SIZE)
    smear = SMEAR * tall / figures.TALL if moving else 0.0
    return Placed(walk.figure, pose, walk.hue, (foot_x, foot_y), tall / drawn, leftwards, -y, smear, tuple(origin))


def _along(path, t):
    """Position, metres gone, whether it moves, whether to the left."""
    gone = 0.0
    for (t0, x0, y0), (t1, x1, y1) in zip(path, path[1:]):
        if t <= t1:
            share = (t - t0) / (t1 - t0) if t1 > t0 else 1.0
            length = math.hypot(x1 - x0, y1 - y0)
            return x0 + share * (x1 - x0), y0 + share * (y1 - y0), gone + share * length, length > 0, x1 < x0
        gone += math.hypot(x1 - x0, y1 - y0)
    raise ValueError(f"second {t} lies after the end of the path")


def matrix(figure):
    """The affine map from the figure's layer to the picture."""
    x, y = figure.origin
    across = -figure.scale if figure.mirrored else figure.scale
    return np.float64([[across, 0, figure.foot[0] - across * x], [0, figure.scale, figure.foot[1] - figure.scale * y]])


def box(layer, figure, size):
    """The figure without its shadow as fractions [x, y, width, height] of the picture; None when less than a tenth of it is in."""
    rows, columns = np.nonzero(layer[:, :, 3] >= 242)
    corners = matrix(figure) @ np.float64([[columns.min(), columns.max()], [rows.min(), rows.max()], [1, 1]])
    (x0, x1), (y0, y1) = sorted(corners[0]), sorted(corners[1])
    whole = (x1 - x0) * (y1 - y0)
    x0, x1 = np.clip([x0, x1], 0, size[0])
    y0, y1 = np.clip([y0, y1], 0, size[1])
    if (x1 - x0) * (y1 - y0) < 0.1 * whole:
        return None
    return [round(float(v), 4) for v in (x0 / size[0], y0 / size[1], (x1 - x0) / size[0], (y1 - y0) / size[1])]


def dressed(layer, hue):
    """The layer with its strong colours turned by `hue` of a circle; skin, which is orange and pale, keeps its own."""
    if not hue:
        return layer
    hsv = cv2.cvtColor(layer[:, :, :3], cv2.COLOR_BGR2HSV)
    clothes = (hsv[:, :, 0] > 25) & (hsv[:, :, 1] > 40)
    hsv[:, :, 0] = np.where(clothes, (hsv[:, :, 0].astype(int) + int(hue * 180)) % 180, hsv[:, :, 0])
    return np.dstack([cv2.cvtColor(hsv, cv2.COLOR_HSV2BGR), layer[:, :, 3]])


def lay_over(picture, layer, figure, tint=(1.0, 1.0, 1.0)):
    """The picture (float, 0..255) with the figure, or vehicle, and its shadow in it; `tint` is the light on it, blue, green, red."""
    height, width = picture.shape[:2]
    alpha = layer[:, :, 3:].astype(np.float32) / 255
    colour = layer[:, :, :3].astype(np.float32) * alpha * np.float32(tint)
    moved = cv2.warpAffine(np.dstack([colour, alpha]), matrix(figure), (width, height), flags=cv2.INTER_AREA if figure.scale < 0.7 else cv2.INTER_LINEAR)
    if figure.smear >= 2:
        moved = cv2.blur(moved, (round(figure.smear), 1))
    return picture * (1 - moved[:, :, 3:]) + moved[:, :, :3]
