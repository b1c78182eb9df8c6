"""A small electric refuse truck; its nose points to the right (+x)."""

from ..vehicles import LONG, TALL, WIDE
from . import materials, shapes


def build(x, y):
    """Stands with its middle at (x, y)."""
    paint = materials.plain("paint", (0.04, 0.30, 0.12), 0.35)
    white = materials.plain("cab", (0.72, 0.74, 0.74), 0.35)
    glass = materials.plain("glass", (0.02, 0.025, 0.03), 0.08)
    rubber = materials.plain("tyre", (0.02, 0.02, 0.02), 0.8)
    steel = materials.plain("steel", (0.30, 0.31, 0.33), 0.4)
    bright = materials.plain("stripe", (0.80, 0.55, 0.05), 0.4)
    end, side, nose = LONG / 2, WIDE / 2, LONG / 2 - 1.05
    parts = [
        shapes.block("chassis", (-end, -side + 0.1, 0.32), (end - 0.1, side - 0.1, 0.46), steel, bevel=0.02),
        shapes.block("hopper", (-end, -side, 0.46), (nose - 0.06, side, TALL), paint, bevel=0.06),
        shapes.block("band", (-end + 0.05, -side - 0.008, 0.98), (nose - 0.12, -side, 1.10), bright),
        shapes.block("cab", (nose, -side + 0.03, 0.40), (end, side - 0.03, 1.10), white, bevel=0.07),
        shapes.block("roof", (nose, -side + 0.05, 1.10), (end - 0.22, side - 0.05, 1.78), white, bevel=0.09),
        shapes.block("window", (nose + 0.16, -side + 0.035, 1.14), (end - 0.34, -side + 0.06, 1.58), glass, bevel=0.01),
        shapes.block("windscreen", (end - 0.23, -side + 0.14, 1.14), (end - 0.19, side - 0.14, 1.60), glass, bevel=0.01),
        shapes.block("bumper", (end - 0.04, -side, 0.34), (end + 0.05, side, 0.52), steel, bevel=0.03),
        shapes.block("lamp", (end - 0.02, -side + 0.08, 0.66), (end + 0.015, -side + 0.28, 0.80), materials.plain("lamp", (0.9, 0.9, 0.85), 0.2), bevel=0.01),
        shapes.block("rib", (-end + 0.75, -side - 0.02, 0.46), (-end + 0.82, -side, TALL - 0.05), paint, bevel=0.01),
        shapes.block("rib", (-end + 1.50, -side - 0.02, 0.46), (-end + 1.57, -side, TALL - 0.05), paint, bevel=0.01),
    ]
    for at in (-end + 0.62, end - 0.55):
        for across in (-side + 0.09, side - 0.09):
            parts.append(shapes.disc("wheel", (at, across, 0.29), 0.29, rubber, "y", 0.18))
            parts.append(shapes.disc("hub", (at, across, 0.29), 0.14, steel, "y", 0.20))
    shapes.group(parts, (x, y, 0))
