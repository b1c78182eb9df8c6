"""A walking or working person, 1.72 m tall, drawn alone on nothing but its shadow.

The figure walks to the right (+x); the compositor mirrors it for the other way.
"""

import math

from mathutils import Vector

from . import materials, shapes

TALL = 1.72
# swing of the leading leg in radians over one cycle of two steps
WALKING = {"walk0": 0.0, "walk1": 0.25, "walk2": 0.5, "walk3": 0.75}
WORKING = {"work0": -0.35, "work1": 0.0, "work2": 0.35}


def build(clothes, pose):
    skin = materials.plain("skin", (0.45, 0.27, 0.18), 0.6)
    hair = materials.plain("hair", (0.02, 0.018, 0.016), 0.7)
    shirt = materials.plain("shirt", clothes["shirt"], 0.8)
    trousers = materials.plain("trousers", clothes["trousers"], 0.8)
    shoes = materials.plain("shoes", (0.04, 0.04, 0.045), 0.5)
    working = pose in WORKING
    stoop = 0.45 if working else 0.06
    hip = Vector((0, 0, 0.90))
    chest = hip + Vector((math.sin(stoop) * 0.46, 0, math.cos(stoop) * 0.46))
    neck = hip + Vector((math.sin(stoop) * 0.56, 0, math.cos(stoop) * 0.56))
    head = neck + Vector((0.04 + stoop * 0.12, 0, 0.15))
    phase = 0.0 if working else WALKING[pose] * 2 * math.pi
    for side in (-1, 1):
        _leg(hip + Vector((0, side * 0.09, 0)), phase + (math.pi if side > 0 else 0), working, side, trousers, shoes)
        shoulder = chest + Vector((0, side * 0.19, 0.0))
        if working:
            _arm(shoulder, 0.75 + 0.25 * WORKING[pose] * side, 0.5, shirt, skin)
        else:
            _arm(shoulder, 0.50 * math.sin(phase + (0 if side > 0 else math.pi)), 0.35, shirt, skin)
    shapes.limb("belly", hip + Vector((0, 0, -0.02)), chest, 0.150, 0.165, shirt, around=20)
    shapes.ball("pelvis", hip, (0.145, 0.165, 0.13), trousers)
    shapes.ball("shoulders", chest + Vector((0, 0, 0.0)), (0.14, 0.225, 0.13), shirt)
    shapes.limb("neck", chest, neck + Vector((0.02, 0, 0.05)), 0.06, 0.052, skin)
    shapes.ball("head", head, (0.100, 0.080, 0.122), skin)
    shapes.ball("hair", head + Vector((-0.018, 0, 0.03)), (0.104, 0.088, 0.108), hair)
    if clothes.get("vest"):
        _vest(hip, chest, clothes["vest"])
    if clothes.get("hat"):
        straw = materials.plain("hat", clothes["hat"], 0.8)
        shapes.disc("brim", head + Vector((0, 0, 0.075)), 0.185, straw, thick=0.015)
        shapes.ball("crown", head + Vector((0, 0, 0.085)), (0.112, 0.10, 0.085), straw)
    if working:
        _broom(chest, WORKING[pose])


def _leg(hip, phase, working, side, cloth, leather):
    if working:
        swing, bend = 0.22 * side, 0.25
    else:
        swing = 0.46 * math.sin(phase)
        bend = 0.12 + 0.75 * max(0.0, math.cos(phase)) ** 2 * (1 if math.cos(phase) > 0 else 0)
    knee = hip + Vector((math.sin(swing), 0, -math.cos(swing))) * 0.43
    ankle = knee + Vector((math.sin(swing - bend), 0, -math.cos(swing - bend))) * 0.42
    # the planted foot must touch the ground, the lifted one must not sink into it
    ankle.z = max(ankle.z, 0.07)
    shapes.limb("thigh", hip, knee, 0.092, 0.066, cloth)
    shapes.limb("shin", knee, ankle, 0.064, 0.046, cloth)
    shapes.limb("foot", ankle + Vector((-0.04, 0, -0.035)), ankle + Vector((0.15, 0, -0.04)), 0.042, 0.035, leather)


def _arm(shoulder, swing, bend, cloth, skin):
    elbow = shoulder + Vector((math.sin(swing), 0, -math.cos(swing))) * 0.28
    wrist = elbow + Vector((math.sin(swing + bend), 0, -math.cos(swing + bend))) * 0.25
    shapes.limb("upper arm", shoulder, elbow, 0.058, 0.046, cloth)
    shapes.limb("forearm", elbow, wrist, 0.042, 0.033, skin)
    shapes.ball("hand", wrist + (wrist - elbow) * 0.2, (0.042, 0.03, 0.05), skin)


def _vest(hip, chest, rgb):
    cloth = materials.plain("vest", rgb, 0.7)
    bright = materials.plain("stripe", (0.85, 0.87, 0.80), 0.3)
    shapes.limb("vest", hip + Vector((0, 0, 0.02)), chest + Vector((0, 0, 0.02)), 0.168, 0.182, cloth, around=20)
    shapes.ball("yoke", chest, (0.158, 0.215, 0.14), cloth)
    for share in (0.25, 0.6):
        at = hip.lerp(chest, share)
        shapes.limb("stripe", at, at + Vector((0.004, 0, 0.035)), 0.180, 0.182, bright, around=20)


def _broom(chest, swing):
    wood = materials.plain("stick", (0.35, 0.22, 0.10), 0.7)
    straw = materials.plain("straw", (0.30, 0.24, 0.08), 0.9)
    top = chest + Vector((0.18, 0, 0.05))
    foot = Vector((0.85 + 0.22 * swing, 0.25 * swing, 0.16))
    shapes.limb("stick", top, foot, 0.014, 0.014, wood)
    shapes.limb("brush", foot, foot + Vector((0.05, 0, -0.12)), 0.03, 0.12, straw)
