"""The people of the stories: what they wear, and how they are drawn before they walk through a clip."""

from .camera import Camera

TALL = 1.72  # metres, crown of the head
STRIDE = 1.5  # metres of one cycle of two steps
WALK_POSES = ("walk0", "walk1", "walk2", "walk3")
WORK_POSES = ("work0", "work1", "work2", "work1")

CLOTHES = {
    "resident": {"shirt": (0.10, 0.22, 0.42), "trousers": (0.05, 0.055, 0.07)},
    "cleaner": {"shirt": (0.10, 0.14, 0.22), "trousers": (0.06, 0.08, 0.12), "vest": (0.80, 0.20, 0.02), "hat": (0.55, 0.45, 0.25)},
}
POSES = {"resident": WALK_POSES, "cleaner": WALK_POSES + tuple(sorted(set(WORK_POSES)))}

# About the same look down as the stations' cameras, so that feet and shadow lie right on their ground.
FIGURE_CAMERA = Camera(eye=(0.0, -5.6, 3.2), target=(0.2, 0.0, 0.80), lens_mm=92.0)
FIGURE_SIZE = (520, 560)


def layers():
    """Every (clothes, pose) that is drawn."""
    return [(clothes, pose) for clothes, poses in POSES.items() for pose in poses]
