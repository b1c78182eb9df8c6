"""What stands about a refuse station and is no refuse."""

import random

import bpy

from ..figures import CLOTHES
from . import figure, materials, shapes, vehicle

PAINTS = [(0.55, 0.05, 0.04), (0.05, 0.10, 0.30), (0.70, 0.70, 0.70), (0.02, 0.02, 0.025), (0.45, 0.35, 0.05)]


def build(prop):
    """Everything of the prop, turned and put where it stands."""
    before = set(bpy.context.scene.objects)
    KINDS[prop.kind](random.Random(f"{prop.kind}/{prop.x}/{prop.y}"))
    parts = [thing for thing in bpy.context.scene.objects if thing not in before and thing.parent is None]
    shapes.group(parts, (prop.x, prop.y, 0), prop.turn)


def _scooter(rng):
    paint = materials.plain("scooter", rng.choice(PAINTS), 0.3)
    dark = materials.plain("rubber", (0.02, 0.02, 0.02), 0.7)
    steel = materials.plain("steel", (0.40, 0.40, 0.42), 0.35)
    for x in (-0.58, 0.62):
        shapes.disc("wheel", (x, 0, 0.23), 0.23, dark, "y", 0.09)
        shapes.disc("hub", (x, 0, 0.23), 0.11, steel, "y", 0.10)
    shapes.block("tail", (-0.80, -0.14, 0.40), (-0.12, 0.14, 0.66), paint, bevel=0.07)
    shapes.block("seat", (-0.78, -0.13, 0.66), (-0.08, 0.13, 0.76), dark, bevel=0.04)
    shapes.block("floor", (-0.14, -0.14, 0.26), (0.36, 0.14, 0.34), dark, bevel=0.02)
    shapes.limb("shield", (0.36, 0, 0.32), (0.50, 0, 0.88), 0.15, 0.13, paint)
    shapes.limb("fork", (0.50, 0, 0.95), (0.62, 0, 0.23), 0.03, 0.03, steel)
    shapes.limb("bar", (0.46, -0.32, 1.00), (0.46, 0.32, 1.00), 0.02, 0.02, dark)
    shapes.block("lamp", (0.50, -0.08, 0.90), (0.58, 0.08, 1.02), paint, bevel=0.03)


def _pot(rng):
    clay = materials.plain("clay", rng.choice([(0.42, 0.17, 0.09), (0.30, 0.30, 0.29)]), 0.8)
    green = materials.plain("green", (0.04, 0.16, 0.03), 0.7)
    size = rng.uniform(0.8, 1.3)
    shapes.tapered("pot", (0.16 * size, 0.16 * size), (0.22 * size, 0.22 * size), 0.0, 0.36 * size, clay, closed=True, bevel=0.02)
    for _ in range(9):
        at = (rng.uniform(-0.16, 0.16) * size, rng.uniform(-0.16, 0.16) * size, rng.uniform(0.42, 0.80) * size)
        shapes.ball("leaf", at, tuple(rng.uniform(0.09, 0.17) * size for _ in range(3)), green, level=2)


def _bollard(rng):
    post = materials.plain("post", rng.choice([(0.55, 0.42, 0.04), (0.35, 0.35, 0.35)]), 0.5)
    shapes.limb("post", (0, 0, 0), (0, 0, 0.72), 0.06, 0.06, post)
    shapes.limb("band", (0, 0, 0.50), (0, 0, 0.60), 0.063, 0.063, materials.plain("band", (0.75, 0.75, 0.72), 0.4))


def _cabinet(rng):
    grey = materials.plain("cabinet", rng.choice([(0.45, 0.47, 0.46), (0.10, 0.22, 0.16)]), 0.5)
    shapes.block("cabinet", (-0.45, -0.2, 0.08), (0.45, 0.2, 1.25), grey, bevel=0.02)
    shapes.block("plinth", (-0.48, -0.23, 0), (0.48, 0.23, 0.08), materials.plain("plinth", (0.25, 0.25, 0.25), 0.8))
    shapes.block("slit", (-0.005, -0.208, 0.12), (0.005, -0.198, 1.20), materials.plain("slit", (0.03, 0.03, 0.03), 0.8))


def _resident(rng):
    figure.build(CLOTHES["resident"] | {"shirt": rng.choice(PAINTS)}, rng.choice(["walk0", "walk1", "walk2", "walk3"]))


def _cleaner(rng):
    figure.build(CLOTHES["cleaner"], rng.choice(["walk1", "work0", "work1", "work2"]))


def _truck(_):
    vehicle.build(0.0, 0.0)


KINDS = {
    "scooter": _scooter,
    "pot": _pot,
    "bollard": _bollard,
    "cabinet": _cabinet,
    "resident": _resident,
    "cleaner": _cleaner,
    "truck": _truck,
}
