"""The place around the bins: wall, ground, what hangs and stands there."""

from . import materials, shapes

WALLS = {
    "plaster": lambda: materials.mottled("plaster", (0.50, 0.47, 0.42), 0.9, 0.16, 1.4),
    "white": lambda: materials.mottled("white wall", (0.62, 0.62, 0.60), 0.9, 0.18, 1.1),
    "brick": lambda: materials.laid("brick", (0.36, 0.17, 0.11), (0.42, 0.40, 0.37), 0.24, 0.075, True),
    "tiles": lambda: materials.laid("wall tiles", (0.50, 0.55, 0.55), (0.34, 0.35, 0.35), 0.20, 0.10, True, 0.18),
    "yellow": lambda: materials.mottled("yellow wall", (0.58, 0.46, 0.26), 0.9, 0.15, 1.2),
}
GROUNDS = {
    "concrete": lambda: materials.mottled("concrete", (0.30, 0.29, 0.28), 0.9, 0.28, 1.2),
    "slabs": lambda: materials.laid("slabs", (0.33, 0.32, 0.31), (0.18, 0.18, 0.17), 0.60, 0.60, False, 0.3),
    "paving": lambda: materials.laid("paving", (0.31, 0.27, 0.25), (0.17, 0.16, 0.15), 0.22, 0.11, False, 0.3),
    "asphalt": lambda: materials.mottled("asphalt", (0.13, 0.13, 0.135), 0.92, 0.30, 2.2),
}


def build(place, wet=False):
    floor = GROUNDS[place.ground]()
    if wet:
        materials.soak(floor)
    far, back = place.reach, place.wall_y
    shapes.mesh("ground", [(-far, -far, 0), (far, -far, 0), (far, back, 0), (-far, back, 0)], [(0, 1, 2, 3)], floor)
    shapes.mesh("wall", [(-far, back, 0), (far, back, 0), (far, back, 5), (-far, back, 5)], [(0, 1, 2, 3)], WALLS[place.wall]())
    skirt = materials.laid("skirt", (0.24, 0.26, 0.28), (0.16, 0.16, 0.16), 0.30, 0.15, True, 0.25)
    shapes.block("skirt", (-far, back - 0.025, 0), (far, back, 0.45), skirt)
    if place.shutter is not None:
        _shutter(place.shutter, back)
    if place.board is not None:
        _board(place.board, back)
    if place.pipe is not None:
        _pipe(place.pipe, back)
    for x in place.windows:
        _window(x, back)


def _shutter(x, back):
    steel = materials.plain("shutter", (0.42, 0.44, 0.46), 0.4)
    for i in range(28):
        shapes.block("slat", (x - 1.1, back - 0.05, 0.02 + i * 0.1), (x + 1.1, back - 0.015, 0.105 + i * 0.1), steel, bevel=0.012)
    frame = materials.plain("frame", (0.16, 0.17, 0.18), 0.5)
    for side in (-1.16, 1.10):
        shapes.block("jamb", (x + side, back - 0.09, 0), (x + side + 0.06, back, 2.9), frame)


def _board(x, back):
    """The notice of a sorting point: four fields in the colours of the four kinds of refuse."""
    shapes.block("board", (x - 0.75, back - 0.04, 1.30), (x + 0.75, back, 1.95), materials.plain("board", (0.78, 0.79, 0.78), 0.4), bevel=0.01)
    shapes.block("title", (x - 0.70, back - 0.046, 1.80), (x + 0.70, back - 0.03, 1.90), materials.plain("title", (0.03, 0.20, 0.09), 0.5))
    for i, rgb in enumerate([(0.02, 0.13, 0.42), (0.02, 0.25, 0.09), (0.45, 0.04, 0.04), (0.16, 0.17, 0.18)]):
        left = x - 0.68 + i * 0.35
        shapes.block("field", (left, back - 0.046, 1.36), (left + 0.30, back - 0.03, 1.74), materials.plain("field", rgb, 0.5))


def _pipe(x, back):
    grey = materials.plain("pipe", (0.55, 0.55, 0.53), 0.5)
    shapes.limb("pipe", (x, back - 0.08, 0.1), (x, back - 0.08, 5), 0.055, 0.055, grey)
    for z in (0.6, 1.9):
        shapes.block("clamp", (x - 0.08, back - 0.15, z), (x + 0.08, back, z + 0.04), materials.plain("clamp", (0.2, 0.2, 0.2), 0.5))


def _window(x, back):
    frame = materials.plain("window frame", (0.60, 0.60, 0.58), 0.5)
    shapes.block("window", (x - 0.62, back - 0.03, 1.25), (x + 0.62, back, 2.55), frame, bevel=0.01)
    glass = materials.plain("window pane", (0.03, 0.04, 0.05), 0.1)
    for side in (-0.57, 0.03):
        shapes.block("pane", (x + side, back - 0.036, 1.31), (x + side + 0.54, back - 0.02, 2.49), glass)
    for i in range(9):
        shapes.block("bar", (x - 0.56 + i * 0.14, back - 0.10, 1.28), (x - 0.545 + i * 0.14, back - 0.085, 2.52), frame)
