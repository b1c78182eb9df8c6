"""The part of the stage that the camera sees. A turned camera sees another part: turning about its own eye bends a plane picture, and shows nothing that was hidden."""

import math

import cv2
import numpy as np

from .camera import SENSOR_MM

SWING = 0.6  # seconds from one rest to the other


class Lens:
    def __init__(self, story):
        self.knock = story.knock
        self.stage, self.size = story.stage, story.size
        camera = story.place.camera
        self.focal = camera.lens_mm / SENSOR_MM * self.stage[0]
        flat = math.dist(camera.eye[:2], camera.target[:2])
        self.dip = math.atan2(camera.eye[2] - camera.target[2], flat)  # below the horizon

    def matrix(self, t):
        """The homography from the stage to the picture of second `t`, both in pixels."""
        return self._rays(self.size) @ self._turned(t) @ np.linalg.inv(self._rays(self.stage))

    def seen(self, picture, t):
        if self.stage == self.size and not self.knock:
            return picture
        return cv2.warpPerspective(picture, self.matrix(t), self.size, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)

    def box(self, box, t):
        """A box in fractions of the stage, around what it becomes on the picture of second `t`."""
        x, y, w, h = (v * side for v, side in zip(box, self.stage * 2, strict=True))
        corners = np.float64([[[x, y], [x + w, y], [x, y + h], [x + w, y + h]]])
        found = cv2.perspectiveTransform(corners, self.matrix(t))[0] / np.float64(self.size)
        (left, top), (right, bottom) = np.clip(found.min(axis=0), 0, 1), np.clip(found.max(axis=0), 0, 1)
        return [round(float(v), 4) for v in (left, top, right - left, bottom - top)]

    def _rays(self, size):
        return np.float64([[self.focal, 0, size[0] / 2], [0, self.focal, size[1] / 2], [0, 0, 1]])

    def _turned(self, t):
        """Rotation of a ray as the camera sees it; x right, y down, z forward. It swings about the upright of its mount."""
        if not self.knock or t < self.knock.at:
            return np.eye(3)
        gone = min(1.0, (t - self.knock.at) / SWING)
        share = gone * gone * (3 - 2 * gone)
        upright = np.float64([0, -math.cos(self.dip), -math.sin(self.dip)])
        yaw = cv2.Rodrigues(upright * self.knock.yaw * share)[0]
        pitch = cv2.Rodrigues(np.float64([self.knock.pitch * share, 0, 0]))[0]
        roll = cv2.Rodrigues(np.float64([0, 0, self.knock.roll * share]))[0]
        return roll @ pitch @ yaw
