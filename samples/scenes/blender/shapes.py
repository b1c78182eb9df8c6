"""Meshes that everything is put together from."""

import math

import bmesh
import bpy
from mathutils import Vector


def mesh(name, verts, faces, material, smooth=False):
    data = bpy.data.meshes.new(name)
    data.from_pydata(verts, [], faces)
    data.materials.append(material)
    if smooth:
        data.shade_smooth()
    thing = bpy.data.objects.new(name, data)
    bpy.context.collection.objects.link(thing)
    return thing


def block(name, low, high, material, bevel=0.0):
    (x0, y0, z0), (x1, y1, z1) = low, high
    verts = [(x0, y0, z0), (x1, y0, z0), (x1, y1, z0), (x0, y1, z0), (x0, y0, z1), (x1, y0, z1), (x1, y1, z1), (x0, y1, z1)]
    return _bevelled(mesh(name, verts, _SIDES + [(3, 2, 1, 0), (4, 5, 6, 7)], material), bevel)


def tapered(name, bottom, top, z0, z1, material, closed=False, bevel=0.0, floor=True):
    """A box whose half sizes are `bottom` at z0 and `top` at z1; open above unless `closed`, and below without `floor`."""
    (bx, by), (tx, ty) = bottom, top
    verts = [(-bx, -by, z0), (bx, -by, z0), (bx, by, z0), (-bx, by, z0), (-tx, -ty, z1), (tx, -ty, z1), (tx, ty, z1), (-tx, ty, z1)]
    faces = _SIDES + ([(3, 2, 1, 0)] if floor else []) + ([(4, 5, 6, 7)] if closed else [])
    return _bevelled(mesh(name, verts, faces, material), bevel)


def ball(name, middle, radii, material, level=3):
    shape = bmesh.new()
    bmesh.ops.create_icosphere(shape, subdivisions=level, radius=1)
    for v in shape.verts:
        v.co = Vector(middle) + Vector((v.co.x * radii[0], v.co.y * radii[1], v.co.z * radii[2]))
    return _finish(name, shape, material)


def limb(name, a, b, ra, rb, material, around=14):
    """A rounded cone from a to b."""
    a, b = Vector(a), Vector(b)
    axis = (b - a).normalized()
    side = axis.cross(Vector((0, 1, 0)) if abs(axis.y) < 0.9 else Vector((1, 0, 0))).normalized()
    other = axis.cross(side)
    rings = [(a - axis * ra * 0.8, ra * 0.55), (a, ra), (b, rb), (b + axis * rb * 0.8, rb * 0.55)]
    verts = [tuple(at + (side * math.cos(t) + other * math.sin(t)) * r) for at, r in rings for t in (2 * math.pi * k / around for k in range(around))]
    faces = [(i * around + k, i * around + (k + 1) % around, (i + 1) * around + (k + 1) % around, (i + 1) * around + k) for i in range(3) for k in range(around)]
    faces += [tuple(range(around - 1, -1, -1)), tuple(range(3 * around, 4 * around))]
    return mesh(name, verts, faces, material, smooth=True)


def disc(name, middle, radius, material, facing="z", thick=0.02):
    shape = bmesh.new()
    bmesh.ops.create_cone(shape, cap_ends=True, segments=28, radius1=radius, radius2=radius, depth=thick)
    for v in shape.verts:
        x, y, z = v.co
        v.co = Vector(middle) + Vector({"z": (x, y, z), "x": (z, x, y), "y": (x, z, y)}[facing])
    return _finish(name, shape, material, smooth=False)


def group(things, location, turn=0.0, tilt=0.0):
    """One parent for all, so that they move together."""
    base = bpy.data.objects.new("base", None)
    bpy.context.collection.objects.link(base)
    for thing in things:
        thing.parent = base
    base.location = location
    base.rotation_euler = (tilt, 0, turn)
    return base


def _finish(name, shape, material, smooth=True):
    data = bpy.data.meshes.new(name)
    shape.to_mesh(data)
    shape.free()
    data.materials.append(material)
    if smooth:
        data.shade_smooth()
    thing = bpy.data.objects.new(name, data)
    bpy.context.collection.objects.link(thing)
    return thing


def _bevelled(thing, width):
    if width:
        edge = thing.modifiers.new("edge", "BEVEL")
        edge.width, edge.segments, edge.limit_method = width, 3, "ANGLE"
    return thing


_SIDES = [(0, 1, 5, 4), (1, 2, 6, 5), (2, 3, 7, 6), (3, 0, 4, 7)]
