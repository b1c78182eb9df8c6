"""What of someone behind a wall is seen through its doors."""

import cv2
import numpy as np


def openings(view, doors):
    """For each door 1 where the wall hides what is behind it, 0 in the opening; each as large as the picture."""
    veils = []
    for door in doors:
        x0, x1 = door.x - door.wide / 2, door.x + door.wide / 2
        corners, depth = view.project(np.array([[x0, 0, 0], [x1, 0, 0], [x1, 0, door.high], [x0, 0, door.high]]))
        hole = np.ones((view.size[1], view.size[0]), np.float32)
        if depth.min() > 0.2:
            cv2.fillConvexPoly(hole, np.round(corners * 16).astype(np.int32), 0.0, cv2.LINE_AA, 4)
        veils.append(hole)
    return veils


def veil(veils, doors, x, y):
    """What stands in front of someone at (x, y): nothing before the wall, the wall behind it."""
    if y <= 0:
        return None
    return veils[min(range(len(doors)), key=lambda i: abs(doors[i].x - x))]
