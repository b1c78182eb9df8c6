"""Bags, boxes, paper, bottles; in heaps on bins and on the ground."""

import math
import random

import bmesh
import bpy
from mathutils import Vector, noise

from . import materials, shapes

FILMS = [
    ((0.012, 0.012, 0.014), 0.0),
    ((0.80, 0.80, 0.82), 0.25),
    ((0.55, 0.03, 0.03), 0.1),
    ((0.78, 0.78, 0.80), 0.25),
    ((0.015, 0.015, 0.018), 0.0),
    ((0.08, 0.28, 0.50), 0.15),
    ((0.82, 0.74, 0.25), 0.15),
    ((0.85, 0.85, 0.86), 0.3),
    ((0.70, 0.12, 0.20), 0.1),
    ((0.10, 0.38, 0.16), 0.15),
]
PAPERS = [(0.8, 0.8, 0.78), (0.50, 0.34, 0.18), (0.65, 0.08, 0.08), (0.18, 0.36, 0.62), (0.8, 0.72, 0.25), (0.75, 0.76, 0.78), (0.12, 0.10, 0.08)]


def bag(rng, at, size, detail=5):
    """A tied, crumpled bag of about `size` metres radius that stands on `at`."""
    rgb, clear = rng.choice(FILMS)
    shift = Vector((rng.uniform(-50, 50), rng.uniform(-50, 50), rng.uniform(-50, 50)))
    stretch = Vector((rng.uniform(0.9, 1.25), rng.uniform(0.9, 1.2), rng.uniform(0.75, 1.0)))
    lean = (rng.uniform(-0.25, 0.25), rng.uniform(-0.25, 0.25))
    shape = bmesh.new()
    bmesh.ops.create_icosphere(shape, subdivisions=detail, radius=1)
    for v in shape.verts:
        v.co = _crumpled(v.co, shift, lean)
    for v in shape.verts:
        v.co = Vector((v.co.x * stretch.x, v.co.y * stretch.y, v.co.z * stretch.z)) * size + Vector(at)
    data = bpy.data.meshes.new("bag")
    shape.to_mesh(data)
    shape.free()
    data.materials.append(materials.bag_film("film", rgb, clear))
    data.shade_smooth()
    thing = bpy.data.objects.new("bag", data)
    bpy.context.collection.objects.link(thing)
    return thing


def _crumpled(p, shift, lean):
    # creases where two cells meet, dents over them, sagging below, a knot on top
    near, _ = noise.voronoi(p * 2.1 + shift)
    fine, _ = noise.voronoi(p * 5.0 + shift)
    crease = min(1.0, (near[1] - near[0]) * 2.2)
    wrinkle = min(1.0, (fine[1] - fine[0]) * 2.5)
    r = 0.84 + 0.22 * noise.noise(p * 1.4 + shift) + 0.14 * crease + 0.055 * wrinkle
    q = p * r
    if p.z > 0.55:
        up = (p.z - 0.55) / 0.45
        narrow = 1 - 0.80 * min(1.0, up * 1.5)
        ears = 1 + (0.9 * (up - 0.8) * 5 if up > 0.8 else 0)
        q = Vector((q.x * narrow * ears, q.y * narrow * ears, q.z + 0.38 * up))
    q.x += lean[0] * max(0.0, q.z)
    q.y += lean[1] * max(0.0, q.z)
    if q.z < -0.45:
        q.z = -0.45 + (q.z + 0.45) * 0.25
        q.x, q.y = q.x * 1.12, q.y * 1.12
    return q


def paper(rng, at):
    size = rng.uniform(0.06, 0.17)
    turn, tilt = rng.uniform(0, 6.3), rng.uniform(-0.3, 0.3)
    shift = Vector((rng.uniform(-50, 50), rng.uniform(-50, 50), 0))
    long, n = rng.uniform(0.6, 1.2), 10
    verts = []
    for i in range(n + 1):
        for k in range(n + 1):
            x, y = (i / n * 2 - 1) * size, (k / n * 2 - 1) * size * long
            z = abs(noise.noise(Vector((x, y, 0)) / size * 1.3 + shift)) * size * 0.9 + tilt * x
            verts.append((at[0] + x * math.cos(turn) - y * math.sin(turn), at[1] + x * math.sin(turn) + y * math.cos(turn), at[2] + max(0.004, z)))
    faces = [(i * (n + 1) + k, (i + 1) * (n + 1) + k, (i + 1) * (n + 1) + k + 1, i * (n + 1) + k + 1) for i in range(n) for k in range(n)]
    return shapes.mesh("paper", verts, faces, materials.plain("paper", rng.choice(PAPERS), 0.7), smooth=True)


def carton(rng, at):
    w, d, h = rng.uniform(0.10, 0.22), rng.uniform(0.10, 0.18), rng.uniform(0.06, 0.16)
    brown = materials.plain("carton", (0.42, 0.28, 0.15), 0.8)
    parts = [
        shapes.block("carton", (-w, -d, 0), (w, d, h), brown, bevel=0.006),
        shapes.mesh("flap", [(-w, -d, h), (w, -d, h), (w * 1.1, -d * 1.9, h * 1.2), (-w * 0.9, -d * 1.8, h * 1.1)], [(0, 1, 2, 3)], brown),
    ]
    shapes.group(parts, at, rng.uniform(0, 6.3), rng.uniform(-0.25, 0.25))
    return parts


def bottle(rng, at):
    rgb = rng.choice([(0.5, 0.65, 0.7), (0.1, 0.4, 0.15), (0.75, 0.75, 0.75), (0.7, 0.1, 0.05)])
    film = materials.plain("bottle", rgb, 0.15)
    turn = rng.uniform(0, 6.3)
    x, y, z = at[0], at[1], at[2] + 0.035
    along = Vector((math.cos(turn), math.sin(turn), 0))
    a, b, c = Vector((x, y, z)), Vector((x, y, z)) + along * 0.16, Vector((x, y, z)) + along * 0.22
    return [shapes.limb("bottle", a, b, 0.034, 0.034, film), shapes.limb("neck", b, c, 0.03, 0.012, film)]


def stain(rng, at, radius):
    """What leaked out: a dark wet patch."""
    n = 40
    bumps = [rng.uniform(0.6, 1.0) for _ in range(n)]
    bumps = [(bumps[i - 1] + bumps[i] + bumps[(i + 1) % n]) / 3 for i in range(n)]
    verts = [(at[0], at[1], 0.003)] + [(at[0] + radius * b * math.cos(6.2832 * i / n), at[1] + radius * b * 0.7 * math.sin(6.2832 * i / n), 0.003) for i, b in enumerate(bumps)]
    return shapes.mesh("stain", verts, [(0, i + 1, (i + 1) % n + 1) for i in range(n)], materials.plain("wet", (0.035, 0.03, 0.025), 0.25))


def heap(seed, bags, reach=(0.2375, 0.2875), rim=0.97, detail=5):
    """Bags over the rim of a bin at the origin: a layer that hangs over it, smaller ones on that, loose pieces between.

    `reach` is how far from the middle the lowest layer lies along x and y, `rim` how high, in metres.
    """
    wide, deep = reach[0] / 0.25, reach[1] / 0.25
    grown = min(1.4, max(1.0, math.sqrt(wide * deep) * 0.9))  # a skip's refuse comes in larger bags
    things = []
    for i in range(bags):
        rng = random.Random(f"heap/{seed}/{i}")
        layer, k, n = (0, i, 7) if i < 7 else (1, i - 7, 5) if i < 12 else (2, i - 12, 3)
        t = 6.2832 * (k / n) + rng.uniform(-0.35, 0.35) - 1.9
        r = (0.25, 0.15, 0.06)[layer]
        at = (r * wide * math.cos(t), r * deep * math.sin(t), rim + 0.14 * layer + rng.uniform(-0.02, 0.05))
        things.append(bag(rng, at, rng.uniform(0.14, 0.20) * grown, detail))
        for _ in range(2):
            u = rng.uniform(0, 6.2832)
            things.append(paper(rng, (r * wide * 1.05 * math.cos(u), r * deep * 1.05 * math.sin(u), rim + 0.09 + 0.13 * layer + rng.uniform(-0.02, 0.06))))
        if i % 4 == 1:
            things += bottle(rng, (0.2 * wide * math.cos(t), 0.22 * deep * math.sin(t), rim + 0.13 + 0.13 * layer))
    return things


def sunk(seed, bags, reach, level, size, detail=5):
    """Bags of up to `size` metres radius in a bin, their middles at height `level` and within `reach` of the bin's middle."""
    things = []
    for i in range(bags):
        rng = random.Random(f"sunk/{seed}/{i}")
        t, r = rng.uniform(0, 6.2832), math.sqrt(rng.random())
        things.append(bag(rng, (reach[0] * r * math.cos(t), reach[1] * r * math.sin(t), level + rng.uniform(-0.08, 0.02)), size * rng.uniform(0.8, 1.0), detail))
    return things


def ground(seed, litter, detail=5):
    """Bags heaped on the ground, loose pieces on and before them; earlier ones keep their places when more come."""
    things = []
    for i in range(litter.bags):
        rng = random.Random(f"bags/{seed}/{i}")
        upper = i % 4 == 3
        at = (
            litter.x + rng.uniform(-0.75, 0.75) * litter.spread * (0.6 if upper else 1),
            litter.y + rng.uniform(-0.30, 0.28) * (0.5 if upper else 1),
            0.30 if upper else 0.12,
        )
        things.append(bag(rng, at, rng.uniform(0.19, 0.28), detail))
    if litter.bags > 2:
        things.append(stain(random.Random(f"stain/{seed}"), (litter.x, litter.y - 0.25), 0.7 * litter.spread))
    bpy.context.view_layer.update()
    for i in range(litter.pieces):
        rng = random.Random(f"pieces/{seed}/{i}")
        x = litter.x + max(-1.0, min(1.0, rng.gauss(0, 0.55))) * litter.spread
        y = litter.y - 0.22 + max(-0.38, min(0.45, rng.gauss(0, 0.2)))
        z = _top(x, y)
        if z > 0.7:
            continue  # it would lie on a bin
        things += _piece(rng, (x, y, z + 0.004), detail)
    return things


def _piece(rng, at, detail):
    kind = rng.random()
    if kind < 0.72:
        return [paper(rng, at)]
    if kind < 0.84:
        return bottle(rng, at)
    if kind < 0.88:
        return carton(rng, at)
    return [bag(rng, (at[0], at[1], at[2] + 0.05), rng.uniform(0.08, 0.13), detail)]


def _top(x, y):
    """Height of whatever lies at (x, y)."""
    hit, where, *_ = bpy.context.scene.ray_cast(bpy.context.evaluated_depsgraph_get(), (x, y, 3.0), (0, 0, -1))
    return where.z if hit else 0.0


def leaves(seed, count, wide=2.4, near=1.9):
    """Leaves around the origin: `wide` metres to the left and right, `near` metres towards the camera."""
    things = []
    for i in range(count):
        rng = random.Random(f"leaf/{seed}/{i}")
        x, y, t, s = rng.uniform(-wide, wide), rng.uniform(-near, 0.8), rng.uniform(0, 6.3), rng.uniform(0.035, 0.06)
        points = [(0, -1), (0.45, -0.2), (0.35, 0.5), (0, 1.1), (-0.35, 0.5), (-0.45, -0.2)]
        verts = [(x + s * (a * math.cos(t) - b * math.sin(t)), y + s * (a * math.sin(t) + b * math.cos(t)), 0.006 + 0.01 * abs(a)) for a, b in points]
        rgb = rng.choice([(0.35, 0.26, 0.06), (0.24, 0.15, 0.05), (0.30, 0.30, 0.07)])
        things.append(shapes.mesh("leaf", verts, [(0, 1, 2, 3, 4, 5)], materials.plain("leaf", rgb, 0.7)))
    return things
