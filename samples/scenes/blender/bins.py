"""Wheeled bins of 240 litres, 1.05 m high, and skips of 1100 litres, 1.3 m high."""

import bpy

from . import materials, refuse, shapes

RIM = 1.0
SKIP_RIM = 1.17


def build(seed, spec, fill, detail=5):
    """All parts of a bin with its heap."""
    return {"wheeled": wheeled, "skip": skip}[spec.kind](seed, spec, fill, detail)


def wheeled(seed, spec, fill, detail):
    """All parts of a bin with its heap; the heap's bags keep their places while it grows."""
    body = materials.plain("bin", spec.colour, 0.42)
    dark = materials.plain("rubber", (0.02, 0.02, 0.02), 0.8)
    hollow = materials.plain("hollow", tuple(c * 0.25 for c in spec.colour), 0.7)
    parts = [
        shapes.tapered("body", (0.22, 0.25), (0.285, 0.35), 0.05, 0.96, body, bevel=0.03),
        shapes.tapered("inside", (0.22, 0.26), (0.27, 0.33), 0.30, 0.95, hollow),
        shapes.tapered("rim", (0.305, 0.375), (0.315, 0.385), 0.92, 0.985, body, bevel=0.015, floor=False),
        shapes.block("ribs", (-0.26, -0.355, 0.80), (0.26, -0.33, 0.84), body, bevel=0.01),
        shapes.limb("axle", (-0.26, 0.28, 0.1), (0.26, 0.28, 0.1), 0.02, 0.02, dark),
        shapes.disc("left wheel", (-0.27, 0.28, 0.1), 0.1, dark, "x", 0.06),
        shapes.disc("right wheel", (0.27, 0.28, 0.1), 0.1, dark, "x", 0.06),
        shapes.limb("handle", (-0.24, 0.42, 0.97), (0.24, 0.42, 0.97), 0.018, 0.018, body),
    ]
    white = materials.plain("white", (0.8, 0.8, 0.8), 0.5)
    parts += _emblem(white, body, lambda z: -0.25 - 0.10 * (z - 0.05) / 0.91 - 0.004)
    lid = [
        shapes.tapered("lid", (0.33, 0.40), (0.27, 0.33), 0.0, 0.085, body, closed=True, bevel=0.025),
        shapes.block("grip", (-0.16, -0.435, 0.0), (0.16, -0.385, 0.035), body, bevel=0.012),
    ]
    for part in lid:
        part.location.y = -0.39
    hinge = shapes.group(lid, (0, 0.39, RIM), tilt=-fill.lid)
    base = shapes.group(parts + [hinge], (spec.x, spec.y, 0), spec.turn)
    key = f"{seed}/{spec.x}"
    heap = refuse.sunk(key, fill.bags, (0.10, 0.15), 0.76, 0.12, detail) if fill.sunk else refuse.heap(key, fill.bags, detail=detail)
    for part in heap:
        part.parent = base
    bpy.context.view_layer.update()
    return parts + lid + heap


def skip(seed, spec, fill, detail):
    """A container on four castors with one wide lid."""
    body = materials.plain("skip", spec.colour, 0.45)
    dark = materials.plain("rubber", (0.02, 0.02, 0.02), 0.8)
    steel = materials.plain("steel", (0.35, 0.36, 0.37), 0.4)
    hollow = materials.plain("hollow", tuple(c * 0.25 for c in spec.colour), 0.7)
    white = materials.plain("white", (0.8, 0.8, 0.8), 0.5)
    parts = [
        shapes.tapered("body", (0.55, 0.38), (0.66, 0.50), 0.20, 1.12, body, bevel=0.04),
        shapes.tapered("inside", (0.55, 0.39), (0.64, 0.48), 0.40, 1.10, hollow),
        shapes.tapered("rim", (0.68, 0.52), (0.70, 0.54), 1.08, 1.155, body, bevel=0.02, floor=False),
        shapes.limb("left pin", (-0.76, 0, 1.02), (-0.66, 0, 1.02), 0.03, 0.03, steel),
        shapes.limb("right pin", (0.66, 0, 1.02), (0.76, 0, 1.02), 0.03, 0.03, steel),
    ]
    for x in (-0.34, 0.0, 0.34):
        parts.append(shapes.block("rib", (x - 0.02, -0.50, 0.84), (x + 0.02, -0.455, 1.08), body, bevel=0.01))
    for x in (-0.45, 0.45):
        for y in (-0.28, 0.28):
            parts.append(shapes.disc("castor", (x, y, 0.10), 0.10, dark, "x", 0.05))
            parts.append(shapes.block("fork", (x - 0.04, y - 0.05, 0.12), (x + 0.04, y + 0.05, 0.24), steel))
    parts += _emblem(white, body, lambda z: -0.38 - 0.12 * (z - 0.20) / 0.92 - 0.004)
    lid = [
        shapes.tapered("lid", (0.70, 0.54), (0.58, 0.40), 0.0, 0.13, body, closed=True, bevel=0.05),
        shapes.block("grip", (-0.55, -0.575, 0.0), (0.55, -0.53, 0.04), dark, bevel=0.012),
    ]
    for part in lid:
        part.location.y = -0.54
    hinge = shapes.group(lid, (0, 0.54, SKIP_RIM), tilt=-fill.lid)
    base = shapes.group(parts + [hinge], (spec.x, spec.y, 0), spec.turn)
    key = f"{seed}/{spec.x}"
    heap = refuse.sunk(key, 2 * fill.bags, (0.36, 0.22), 0.84, 0.18, detail) if fill.sunk else refuse.heap(key, fill.bags, (0.50, 0.36), SKIP_RIM - 0.05, detail)
    for part in heap:
        part.parent = base
    bpy.context.view_layer.update()
    return parts + lid + heap


def _emblem(white, body, front):
    """The ring and the words on the front, which lies at y = front(z)."""
    ring = shapes.disc("ring", (0, front(0.56), 0.56), 0.095, white, "y", 0.012)
    hole = shapes.disc("hole", (0, front(0.56) - 0.004, 0.56), 0.078, body, "y", 0.012)
    mark = shapes.block("mark", (-0.03, front(0.56) - 0.014, 0.515), (0.03, front(0.56), 0.60), white)
    words = shapes.block("words", (-0.10, front(0.38) - 0.006, 0.37), (0.10, front(0.38), 0.40), white)
    return [ring, hole, mark, words]
