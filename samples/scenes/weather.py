"""What comes between the scene and the lens: rain, and hands. What the hour does to the light."""

import functools

import cv2
import numpy as np

COVERING = np.float32([44, 43, 46])  # blue, green, red of something dark close before the lens
SLIDE = 0.8  # seconds that the covering takes across the picture
EASING = 3.0  # seconds in which rain sets in or ends
STREAKS = 130  # on a picture of 640 x 360


def daylight(dusk, t):
    """Blue, green and red left of the light of a day that ends; the sky is the last to go, so blue stays longest."""
    gone = min(1.0, t / dusk.end)
    left = 1 - (1 - dusk.left) * gone
    return np.float32([left**0.80, left, left**1.08])


def rained(picture, rain, frame, t):
    """The picture with the streaks of this frame; no two frames share a drop."""
    strength = min(1.0, (t - rain.start) / EASING, (rain.end - t) / EASING)
    if strength <= 0:
        return picture
    height, width = picture.shape[:2]
    rng = np.random.default_rng((7, frame))
    sheet = np.zeros((height, width), np.float32)
    for _ in range(int(STREAKS * strength * width * height / (640 * 360))):
        near = rng.uniform(0.4, 1.0)
        x, y = rng.uniform(0, width), rng.uniform(-20, height)
        long = 26 * near * height / 360
        cv2.line(sheet, (int(x), int(y)), (int(x - 0.12 * long), int(y + long)), float(near), 1, cv2.LINE_AA)
    veil = cv2.GaussianBlur(sheet, (0, 0), 0.7)[:, :, None] * 0.32
    return picture * (1 - veil) + np.float32([205, 203, 200]) * veil


def sun_left(rain, t):
    """How much of the sun's shade is there, 0..1: clouds draw up before it rains."""
    return float(np.clip((rain.start - t) / 8, 0, 1))


def covered(picture, cover, t):
    """The picture behind something dark that is out of focus, pushed in from the left and taken back there."""
    come, go = (t - cover.start) / SLIDE, (cover.end - t) / SLIDE
    reach = min(come, go, 1.0)
    if reach <= 0:
        return picture
    height, width = picture.shape[:2]
    x, y = np.meshgrid(np.linspace(0, 1, width, dtype=np.float32), np.linspace(0, 1, height, dtype=np.float32))
    # its edge is soft for being so near, and stands beyond the picture when it has come
    alpha = np.clip((1.3 * reach - 0.1 - x - 0.06 * y) / 0.10 + 0.5, 0, 1)[:, :, None]
    body = COVERING * (1 + 0.10 * (x - 0.5) + 0.06 * (y - 0.5))[:, :, None]
    return picture * (1 - alpha) + body * alpha


def infrared(picture):
    """An 8-bit picture as a camera without its colour filter sends it. Dyes hide little of that light: blue counts as much as red."""
    grey = picture.astype(np.float32) @ np.float32([0.34, 0.30, 0.36]) * _beam(picture.shape[1], picture.shape[0])
    return np.repeat(np.clip(grey, 0, 255).astype(np.uint8)[:, :, None], 3, axis=2)


@functools.cache
def _beam(width, height):
    """The diodes light the middle of the picture more than its corners."""
    x, y = np.meshgrid(np.linspace(-1, 1, width, dtype=np.float32), np.linspace(-1, 1, height, dtype=np.float32))
    return 0.75 + 0.75 * np.exp(-1.1 * (x * x + y * y))
