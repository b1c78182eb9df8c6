"""What light, leaves and the sensor do to a picture, so that no two are alike. Every loop segment ends as it began."""

import math

import cv2
import numpy as np

from . import weather

FIELDS = 12
INFRARED_NOISE = 1.6  # times the day's


class Sensor:
    def __init__(self, story):
        self.story = story
        width, height = story.size
        rng = np.random.default_rng(story.place.seed)
        self.fields = [self._field(rng, width, height) for _ in range(FIELDS)]
        self.shade = self._shade(rng, width, height) if story.dapple else None

    def seen(self, picture, frame, t):
        """The picture (float, 0..255) as 8-bit, with the light and weather of second `t` and the noise of `frame`."""
        story = self.story
        phase = self._phase(t)
        picture = picture * (1 + 0.045 * math.sin(phase))
        picture = picture * np.float32([1 - 0.008 * math.sin(phase), 1.0, 1 + 0.008 * math.sin(phase)])
        if self.shade is not None:
            depth = story.dapple * (weather.sun_left(story.rain, t) if story.rain else 1.0)
            picture = picture * (1 - depth * self._swaying(phase))[:, :, None]
        if story.dusk and not story.infrared(t):
            picture = picture * weather.daylight(story.dusk, t)
        if story.rain:
            picture = weather.rained(picture, story.rain, frame, t)
        if story.cover:
            picture = weather.covered(picture, story.cover, t)
        rng = np.random.default_rng((story.place.seed, frame))
        field = self.fields[rng.integers(FIELDS)]
        field = np.roll(field, rng.integers(0, 97, 2), (0, 1))
        noise = story.noise * (INFRARED_NOISE if story.infrared(t) else 1.0)
        picture = np.clip(picture + field * noise, 0, 255).astype(np.uint8)
        return weather.infrared(picture) if story.infrared(t) else picture

    def _phase(self, t):
        """One turn in each segment: segments meet, and loop, without a step."""
        for segment in self.story.segments:
            if t < segment.end:
                return 2 * math.pi * (t - segment.start) / (segment.end - segment.start)
        return 0.0

    def _swaying(self, phase):
        height, width = self.shade.shape
        dx = 5 * math.sin(9 * phase) + 14 * math.sin(phase)
        dy = 3 * math.sin(7 * phase + 1) - 3 * math.sin(1)
        return cv2.warpAffine(self.shade, np.float64([[1, 0, dx], [0, 1, dy]]), (width, height), borderMode=cv2.BORDER_REFLECT)

    @staticmethod
    def _field(rng, width, height):
        luma = cv2.GaussianBlur(rng.standard_normal((height, width, 1)).astype(np.float32), (0, 0), 0.6)
        chroma = cv2.GaussianBlur(rng.standard_normal((height, width, 3)).astype(np.float32), (0, 0), 1.2)
        return luma.reshape(height, width, 1) * 1.8 + chroma * 0.9

    @staticmethod
    def _shade(rng, width, height):
        clumps = cv2.GaussianBlur(rng.standard_normal((height, width)).astype(np.float32), (0, 0), width / 60)
        clumps = (clumps - clumps.mean()) / clumps.std()
        soft = cv2.GaussianBlur((clumps > 0.35).astype(np.float32), (0, 0), width / 160)
        falling = np.clip(1.6 - 2.2 * np.linspace(0, 1, width, dtype=np.float32), 0, 1)
        return soft * falling[None, :]
