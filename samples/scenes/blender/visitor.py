"""A visitor out of balls and limbs, standing at the origin."""

import math

from ..body import Ball, body
from . import materials, shapes


def build(looks, phase, turn):
    """`turn` radians from looking along +x; 12 facets around a limb would show, so there are more than the painter has."""
    cloth = {}
    parts = []
    for part in body(looks, phase).parts:
        material = cloth.get(part.colour) or cloth.setdefault(part.colour, materials.plain("cloth", part.colour, 0.75))
        if isinstance(part, Ball):
            parts.append(shapes.ball("ball", part.middle, part.radii, material))
        elif math.dist(part.a, part.b) > 1e-4:
            parts.append(shapes.limb("limb", part.a, part.b, part.ra, part.rb, material, around=18))
    shapes.group(parts, (0, 0, 0), turn)
