"""A toilet's wall with its doors, the lit room behind them, and the ground before it."""

from . import ground, materials, props, shapes

from ..entrances import DEEP

TALL = 4.2  # metres of the wall


def build(entrance):
    far = 12.0
    floor = ground.GROUNDS[entrance.ground]()
    shapes.mesh("ground", [(-far, -far, 0), (far, -far, 0), (far, 0, 0), (-far, 0, 0)], [(0, 1, 2, 3)], floor)
    wall = ground.WALLS[entrance.wall]()
    skirt = materials.laid("skirt", (0.24, 0.26, 0.28), (0.16, 0.16, 0.16), 0.30, 0.15, True, 0.25)
    edge = -far
    for door in sorted(entrance.doors, key=lambda d: d.x):
        left, right = door.x - door.wide / 2, door.x + door.wide / 2
        _panel(wall, edge, left, 0, TALL)
        _panel(wall, left, right, door.high, TALL)
        if edge + 0.05 < left:
            shapes.block("skirt", (edge, -0.02, 0), (left, 0, 0.35), skirt)
        edge = right
        _room(door, entrance)
        _frame(door)
        _sign(door)
    _panel(wall, edge, far, 0, TALL)
    shapes.block("skirt", (edge, -0.02, 0), (far, 0, 0.35), skirt)
    if entrance.step:
        stone = materials.laid("step", (0.36, 0.35, 0.34), (0.22, 0.22, 0.21), 0.5, 0.5, False, 0.2)
        low, high = min(d.x - d.wide / 2 for d in entrance.doors) - 0.35, max(d.x + d.wide / 2 for d in entrance.doors) + 0.35
        shapes.mesh("step", [(low, -0.75, 0.004), (high, -0.75, 0.004), (high, 0, 0.004), (low, 0, 0.004)], [(0, 1, 2, 3)], stone)
    if entrance.pipe is not None:
        ground._pipe(entrance.pipe, 0)
    for x in entrance.windows:
        ground._window(x, 0)
    for prop in entrance.props:
        props.build(prop)


def _panel(material, x0, x1, z0, z1):
    if x1 - x0 > 0.01:
        shapes.mesh("wall", [(x0, 0, z0), (x1, 0, z0), (x1, 0, z1), (x0, 0, z1)], [(0, 1, 2, 3)], material)


def _room(door, entrance):
    half = door.wide / 2 + 0.25
    x0, x1, top = door.x - half, door.x + half, door.high + 0.3
    tiles = materials.laid("room tiles", (0.55, 0.58, 0.58), (0.35, 0.36, 0.36), 0.30, 0.30, True, 0.15)
    floor = materials.laid("room floor", (0.30, 0.31, 0.32), (0.18, 0.18, 0.18), 0.30, 0.30, False, 0.2)
    shapes.mesh("room floor", [(x0, 0, 0.002), (x1, 0, 0.002), (x1, DEEP, 0.002), (x0, DEEP, 0.002)], [(0, 1, 2, 3)], floor)
    shapes.mesh("room back", [(x0, DEEP, 0), (x1, DEEP, 0), (x1, DEEP, top), (x0, DEEP, top)], [(0, 1, 2, 3)], tiles)
    for x in (x0, x1):
        shapes.mesh("room side", [(x, 0, 0), (x, DEEP, 0), (x, DEEP, top), (x, 0, top)], [(0, 1, 2, 3)], tiles)
    shapes.mesh("ceiling", [(x0, 0, top), (x1, 0, top), (x1, DEEP, top), (x0, DEEP, top)], [(0, 1, 2, 3)], tiles)
    dim = 1.2 if entrance.light.lamp or entrance.light.infrared else 2.5
    lamp = materials.glow("room lamp", (1.0, 0.95, 0.85), dim if not entrance.light.infrared else 0.15)
    shapes.block("room lamp", (door.x - 0.3, DEEP / 2 - 0.1, top - 0.04), (door.x + 0.3, DEEP / 2 + 0.1, top - 0.02), lamp)


def _frame(door):
    steel = materials.plain("door frame", (0.25, 0.26, 0.27), 0.4)
    for x in (door.x - door.wide / 2, door.x + door.wide / 2):
        shapes.block("jamb", (x - 0.05, -0.04, 0), (x + 0.05, 0.12, door.high + 0.05), steel, bevel=0.01)
    shapes.block("lintel", (door.x - door.wide / 2 - 0.05, -0.04, door.high), (door.x + door.wide / 2 + 0.05, 0.12, door.high + 0.06), steel)


def _sign(door):
    """A board with a pictogram, beside the door at the height of eyes."""
    x = door.x + door.wide / 2 + 0.28
    shapes.block("sign", (x - 0.16, -0.03, 1.45), (x + 0.16, 0, 1.95), materials.plain("sign", door.sign, 0.4), bevel=0.005)
    white = materials.plain("pictogram", (0.8, 0.8, 0.8), 0.5)
    shapes.block("pictogram", (x - 0.06, -0.036, 1.53), (x + 0.06, -0.028, 1.76), white)
    shapes.disc("pictogram", (x, -0.033, 1.83), 0.05, white, "y", 0.012)
