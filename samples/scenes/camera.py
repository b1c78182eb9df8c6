"""A pinhole camera that looks at a target with its horizon level; the same one that Blender renders with."""

import math
from dataclasses import dataclass, replace

SENSOR_MM = 36.0


@dataclass(frozen=True)
class Camera:
    """Metres; x to the right along the wall, y away from the viewer, z up."""

    eye: tuple[float, float, float]
    target: tuple[float, float, float]
    lens_mm: float

    def project(self, point, width, height):
        """Where a point falls on the picture, in pixels from the top left corner."""
        forward = _unit(_minus(self.target, self.eye))
        right = _unit(_cross(forward, (0.0, 0.0, 1.0)))
        up = _cross(right, forward)
        ray = _minus(point, self.eye)
        depth = _dot(ray, forward)
        if depth <= 0:
            raise ValueError(f"{point} lies behind the camera at {self.eye}")
        focal = self.lens_mm / SENSOR_MM * width
        return width / 2 + focal * _dot(ray, right) / depth, height / 2 - focal * _dot(ray, up) / depth

    def widened(self, share):
        """The same camera with a picture `share` times as wide, a pixel seeing what it saw."""
        return replace(self, lens_mm=self.lens_mm / share)

    def standing(self, x, y, tall, width, height):
        """Feet (x, y) and height in pixels of someone `tall` metres high who stands at (x, y) on the ground."""
        foot = self.project((x, y, 0.0), width, height)
        head = self.project((x, y, tall), width, height)
        return foot[0], foot[1], math.dist(foot, head)


def _minus(a, b):
    return tuple(p - q for p, q in zip(a, b))


def _dot(a, b):
    return sum(p * q for p, q in zip(a, b))


def _cross(a, b):
    return a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]


def _unit(a):
    length = math.sqrt(_dot(a, a))
    return tuple(p / length for p in a)
