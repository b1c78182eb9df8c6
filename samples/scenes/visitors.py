"""The visitors of the clips, drawn by Blender from some sides, and laid over an entrance from where they are."""

import math
import random
from dataclasses import dataclass, replace

import cv2
import numpy as np

from . import painter
from .body import GAIT_STRIDE, STAND, Looks, anybody, body
from .camera import Camera

VISITOR_SIZE = (180, 240)
AWAY = 7.0  # metres from camera to visitor
DIPS = tuple(math.radians(d) for d in (28, 45, 62))
TURNS = tuple(math.radians(d) for d in (-90, -45, 0, 45, 90))  # those to the left are mirrored
PHASES = (0.0, 0.25, 0.5, 0.75)


def visitor_camera(dip):
    flat, up = AWAY * math.cos(dip), AWAY * math.sin(dip)
    return Camera((0.0, -flat, 0.85 + up), (0.0, 0.0, 0.85), 120.0)


def cast(seed, count):
    """Looks of `count` people, the same for the same seed. None sits: a wheelchair is not drawn from all sides alike."""
    rng = random.Random(f"cast/{seed}")
    return [replace(anybody(rng), wheels=False) for _ in range(count)]


@dataclass(frozen=True)
class Pose:
    """One picture of a visitor: which dip and turn (by index), and the phase (by index; STAND is -1)."""

    dip: int
    turn: int
    phase: int

    @property
    def name(self):
        return f"{self.dip}{self.turn}{'s' if self.phase < 0 else self.phase}"

    @property
    def gait(self):
        return STAND if self.phase < 0 else PHASES[self.phase]


POSES = [Pose(d, t, p) for d in range(len(DIPS)) for t in range(len(TURNS)) for p in range(len(PHASES))]


def nearest(view, x, y, heading, gone, tall):
    """How someone who stands at (x, y) and looks along `heading` is seen -> pose, mirrored."""
    right, forward = view.axes[0][:2], np.array([x, y]) - view.eye[:2]
    away = np.linalg.norm(forward)
    dip = math.atan2(view.eye[2] - 0.5 * tall, away)
    forward = forward / max(1e-6, away)
    right = np.array([forward[1], -forward[0]])
    along = np.array([math.cos(heading), math.sin(heading)])
    turn = math.atan2(along @ forward, along @ right)  # 0: looks to the right of the picture; pi/2: away
    mirrored = abs(turn) > math.pi / 2 + 1e-9
    if mirrored:
        turn = math.copysign(math.pi, turn) - turn
    phase = -1 if gone is None else int(gone / (GAIT_STRIDE * tall) * len(PHASES)) % len(PHASES)
    if phase >= 0 and mirrored:
        phase = (phase + 2) % len(PHASES)  # the other leg leads
    closest = lambda values, v: min(range(len(values)), key=lambda i: abs(values[i] - v))  # noqa: E731
    return Pose(closest(DIPS, dip), closest(TURNS, turn), max(phase, 0)), mirrored


def lay(picture, layer, pose, looks, view, x, y, heading, mirrored, light, veil=None):
    """Lays a visitor's layer (B G R alpha, 8 bits) over the picture (float, in place): feet and head where the camera sees them.

    -> left, top, right, bottom in pixels of what the layer covers, and the head (x, y); parts may lie outside.
    """
    standing = body(looks, pose.gait)
    own = painter.View(visitor_camera(DIPS[pose.dip]), VISITOR_SIZE)
    turn = TURNS[pose.turn]
    spun = np.array([[math.cos(turn), -math.sin(turn), 0], [math.sin(turn), math.cos(turn), 0], [0, 0, 1]])
    there = np.array([[math.cos(heading), -math.sin(heading), 0], [math.sin(heading), math.cos(heading), 0], [0, 0, 1]])
    (foot0, head0), _ = own.project(np.array([[0, 0, 0], spun @ standing.head]))
    (foot1, head1), _ = view.project(np.array([[x, y, 0], there @ standing.head + (x, y, 0)]))
    if mirrored:
        foot0, head0 = (np.array([VISITOR_SIZE[0] - 1 - p[0], p[1]]) for p in (foot0, head0))
    # the similarity that maps feet to feet and head to head
    a, b = complex(*(head0 - foot0)), complex(*(head1 - foot1))
    turnscale = b / a
    m = np.array([[turnscale.real, -turnscale.imag], [turnscale.imag, turnscale.real]])
    m = np.column_stack([m, foot1 - m @ foot0])
    image = layer[:, ::-1] if mirrored else layer
    alpha = image[:, :, 3:].astype(np.float32) / 255
    colour = image[:, :, :3].astype(np.float32) * alpha * np.float32(light)
    height, width = picture.shape[:2]
    ys, xs = np.nonzero(alpha[:, :, 0] > 0.5)
    corners = np.array([[xs.min(), xs.min(), xs.max(), xs.max()], [ys.min(), ys.max(), ys.min(), ys.max()], [1, 1, 1, 1]])
    spread = m @ corners
    x0, y0 = np.floor(spread.min(1)).astype(int) - 2
    x1, y1 = np.ceil(spread.max(1)).astype(int) + 3
    c0, d0, c1, d1 = max(0, x0), max(0, y0), min(width, x1), min(height, y1)
    if c0 < c1 and d0 < d1:
        shifted = m - np.array([[0, 0, c0], [0, 0, d0]])
        how = cv2.INTER_AREA if abs(turnscale) < 0.7 else cv2.INTER_LINEAR
        moved = cv2.warpAffine(np.dstack([colour, alpha]), shifted, (c1 - c0, d1 - d0), flags=how)
        if veil is not None:
            moved = moved * (1 - veil[d0:d1, c0:c1, None])
        part = picture[d0:d1, c0:c1]
        part *= 1 - moved[:, :, 3:]
        part += moved[:, :, :3]
    tight = m @ np.stack([xs, ys, np.ones_like(xs)])
    return (*tight.min(1), *tight.max(1)), tuple(head1)
