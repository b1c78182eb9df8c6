"""Draws bodies without Blender: each facet a flat polygon, the farthest first, in a few milliseconds a person.

Rougher than Blender's people, but any number of them in any pose under any light: what a detector learns from.
"""

import functools
import math

import cv2
import numpy as np

from .body import Ball
from .camera import SENSOR_MM

FINE = 3  # facets are drawn so many times as large and shrunk again, which smooths their edges


class View:
    """A camera with a picture of `size` pixels, for many points at once; `crop` (left, top, scale) shows a part of it enlarged."""

    def __init__(self, camera, size, crop=(0.0, 0.0, 1.0)):
        forward = np.subtract(camera.target, camera.eye).astype(float)
        forward /= np.linalg.norm(forward)
        right = np.cross(forward, (0, 0, 1.0))
        right /= np.linalg.norm(right)
        self.axes = np.stack([right, np.cross(right, forward), forward])
        self.eye = np.array(camera.eye, float)
        left, top, scale = crop
        self.focal = camera.lens_mm / SENSOR_MM * size[0] * scale
        self.centre = np.array([(size[0] / 2 - left) * scale, (size[1] / 2 - top) * scale])
        self.size = size

    def project(self, points):
        """N x 3 metres -> N x 2 pixels and N depths in metres; points behind the camera have depths <= 0."""
        rays = (np.asarray(points, float) - self.eye) @ self.axes.T
        depth = np.maximum(rays[:, 2], 1e-3)
        return self.centre + self.focal * np.stack([rays[:, 0], -rays[:, 1]], 1) / depth[:, None], rays[:, 2]


def placed(body, x, y, heading):
    """Facets of a body that stands at (x, y) and looks along `heading`: corners (F x 4 x 3), outward normals (F x 3), colours (F x 3), its head."""
    corners, normals, colours = _facets(body)
    turn = np.array([[math.cos(heading), -math.sin(heading), 0], [math.sin(heading), math.cos(heading), 0], [0, 0, 1]])
    at = np.array([x, y, 0.0])
    return corners @ turn.T + at, normals @ turn.T, colours, turn @ np.array(body.head) + at


def paint(view, corners, normals, colours, sun, sky, warmth=(1.0, 1.0, 1.0), pattern=None):
    """A layer of one person.

    `sun`: (unit vector towards it, strength), `sky`: strength of the even light; linear, about 1 together.
    -> left, top, the layer's blue, green, red (0..1, sRGB) and alpha as floats; None if nothing of it is in the picture.
    """
    flat, depth = view.project(corners.reshape(-1, 3))
    if depth.min() < 0.3:
        return None
    flat, depth = flat.reshape(-1, 4, 2), depth.reshape(-1, 4).mean(1)
    low, high = np.floor(flat.min((0, 1))).astype(int) - 1, np.ceil(flat.max((0, 1))).astype(int) + 2
    low, high = np.maximum(low, -40), np.minimum(high, np.array(view.size) + 40)
    if (high - low).min() < 4:
        return None
    middle = corners.mean(1)
    facing = np.einsum("ij,ij->i", normals, view.eye - middle) > 0
    order = np.nonzero(facing)[0]
    order = order[np.argsort(-depth[order])]
    towards, strength = sun
    # the sky lights what looks up; what looks down has the light of the ground
    light = sky * (0.62 + 0.38 * normals[:, 2]) + strength * np.maximum(0, normals @ np.asarray(towards))
    # folds and seams: without them clothes look like plastic
    grain = 1.0 if pattern is None else pattern
    shade = np.clip(colours * (light * grain)[:, None] * np.asarray(warmth), 0, 1)
    display = (255 * np.clip(shade, 0, 1) ** (1 / 2.2))[:, ::-1]
    width, height = (high - low) * FINE
    canvas = np.zeros((height, width, 4), np.uint8)
    points = ((flat - low) * FINE).astype(np.int32)
    display = display.tolist()
    for i in order.tolist():
        b, g, r = display[i]
        cv2.fillConvexPoly(canvas, points[i], (b, g, r, 255))
    small = cv2.resize(canvas, (width // FINE, height // FINE), interpolation=cv2.INTER_AREA).astype(np.float32) / 255
    alpha = small[:, :, 3:]
    colour = small[:, :, :3] / np.maximum(alpha, 1e-3)  # INTER_AREA mixed them with the empty canvas
    return int(low[0]), int(low[1]), colour, alpha


def shadow(view, corners, sun_towards, softness):
    """Share of the sun's light that a body takes from the ground, 0..1, as large as the picture."""
    towards = np.asarray(sun_towards, float)
    away = corners[:, :, 2:] / max(0.15, towards[2]) * towards
    ground = corners - away
    ground[:, :, 2] = 0
    flat, depth = view.project(ground.reshape(-1, 3))
    sheet = np.zeros((view.size[1], view.size[0]), np.uint8)
    if depth.min() < 0.3:
        return sheet.astype(np.float32)
    for polygon in flat.reshape(-1, 4, 2)[::2]:
        cv2.fillConvexPoly(sheet, polygon.astype(np.int32), 255)
    return cv2.GaussianBlur(sheet, (0, 0), softness).astype(np.float32) / 255


def contact(view, x, y, tall):
    """The dim patch about someone's feet under any light, 0..1, as large as the picture."""
    ring = [(x + 0.24 * math.cos(a), y + 0.24 * math.sin(a), 0.0) for a in np.linspace(0, 2 * math.pi, 13)[:-1]]
    flat, depth = view.project(np.array(ring))
    sheet = np.zeros((view.size[1], view.size[0]), np.uint8)
    if depth.min() > 0.3:
        cv2.fillConvexPoly(sheet, flat.astype(np.int32), 255)
    return cv2.GaussianBlur(sheet, (0, 0), max(1.0, view.size[1] / 130)).astype(np.float32) / 255


def over(picture, layer, veil=None):
    """Lays a layer of `paint` over the picture (float, 0..255, B G R) in place; `veil` (as large as the picture, 0..1) is what stands in front."""
    left, top, colour, alpha = layer
    height, width = picture.shape[:2]
    x0, y0, x1, y1 = max(0, left), max(0, top), min(width, left + alpha.shape[1]), min(height, top + alpha.shape[0])
    if x0 >= x1 or y0 >= y1:
        return 0.0
    a = alpha[y0 - top : y1 - top, x0 - left : x1 - left]
    if veil is not None:
        a = a * (1 - veil[y0:y1, x0:x1, None])
    part = picture[y0:y1, x0:x1]
    part *= 1 - a
    part += 255 * a * colour[y0 - top : y1 - top, x0 - left : x1 - left]
    return float(a.sum() / max(1e-3, alpha.sum()))


@functools.cache
def _sphere(around=12, rows=7):
    """A ball of quadrilaterals: corners F x 4 x 3 on the unit sphere."""
    rings = [[(math.sin(p) * math.cos(t), math.sin(p) * math.sin(t), math.cos(p)) for t in np.linspace(0, 2 * math.pi, around + 1)] for p in np.linspace(0, math.pi, rows + 1)]
    return np.array([[rings[i][k], rings[i + 1][k], rings[i + 1][k + 1], rings[i][k + 1]] for i in range(rows) for k in range(around)])


def _ball(part):
    unit = _sphere()
    radii = np.array(part.radii)
    normals = (unit / radii).mean(1)
    return unit * radii + np.array(part.middle), normals / np.linalg.norm(normals, axis=1, keepdims=True)


def _limb(part, around=10):
    a, b = np.array(part.a), np.array(part.b)
    axis = (b - a) / max(1e-6, np.linalg.norm(b - a))
    side = np.cross(axis, (0, 1, 0) if abs(axis[1]) < 0.9 else (1, 0, 0))
    side /= np.linalg.norm(side)
    other = np.cross(axis, side)
    turns = np.linspace(0, 2 * math.pi, around + 1)
    circle = np.cos(turns)[:, None] * side + np.sin(turns)[:, None] * other
    rings = [(a - axis * part.ra * 0.8, part.ra * 0.35), (a, part.ra), (b, part.rb), (b + axis * part.rb * 0.8, part.rb * 0.35)]
    rings = [at + circle * r for at, r in rings]
    rings = [np.broadcast_to(a - axis * part.ra * 0.85, rings[0].shape), *rings, np.broadcast_to(b + axis * part.rb * 0.85, rings[0].shape)]
    quads = np.array([[rings[i][k], rings[i][k + 1], rings[i + 1][k + 1], rings[i + 1][k]] for i in range(5) for k in range(around)])
    middle = quads.mean(1)
    along = np.clip((middle - a) @ axis, 0, np.linalg.norm(b - a))
    normals = middle - (a + along[:, None] * axis)
    return quads, normals / np.maximum(1e-6, np.linalg.norm(normals, axis=1, keepdims=True))


def _facets(body):
    corners, normals, colours = [], [], []
    for part in body.parts:
        quads, outward = _ball(part) if isinstance(part, Ball) else _limb(part)
        corners.append(quads)
        normals.append(outward)
        colours.append(np.broadcast_to(part.colour, (len(quads), 3)))
    return np.concatenate(corners), np.concatenate(normals), np.concatenate(colours)
