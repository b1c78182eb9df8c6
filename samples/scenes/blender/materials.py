"""Surfaces."""

import bpy


def _new(name):
    material = bpy.data.materials.new(name)
    material.use_nodes = True
    tree = material.node_tree
    return material, tree.nodes, tree.links, tree.nodes["Principled BSDF"]


def plain(name, rgb, rough=0.6):
    material, _, _, surface = _new(name)
    surface.inputs["Base Color"].default_value = (*rgb, 1)
    surface.inputs["Roughness"].default_value = rough
    return material


def bag_film(name, rgb, clear):
    """Thin plastic: glossy in its creases, and for `clear` > 0 the light shines through a little."""
    material, _, _, surface = _new(name)
    surface.inputs["Base Color"].default_value = (*rgb, 1)
    surface.inputs["Roughness"].default_value = 0.36
    surface.inputs["Transmission Weight"].default_value = clear
    surface.inputs["Coat Weight"].default_value = 0.1
    return material


def glow(name, rgb, strength):
    material, nodes, links, _ = _new(name)
    light = nodes.new("ShaderNodeEmission")
    light.inputs["Color"].default_value = (*rgb, 1)
    light.inputs["Strength"].default_value = strength
    links.new(light.outputs[0], nodes["Material Output"].inputs[0])
    return material


def number():
    """Shines as bright as its object's pass index, in 255ths."""
    material, nodes, links, _ = _new("number")
    thing = nodes.new("ShaderNodeObjectInfo")
    share = nodes.new("ShaderNodeMath")
    share.operation = "DIVIDE"
    share.inputs[1].default_value = 255
    links.new(thing.outputs["Object Index"], share.inputs[0])
    light = nodes.new("ShaderNodeEmission")
    links.new(share.outputs[0], light.inputs["Color"])
    links.new(light.outputs[0], nodes["Material Output"].inputs[0])
    return material


def mottled(name, rgb, rough, amount, scale):
    """A surface with stains: `amount` 0..1 of the colour, `scale` stains a metre."""
    material, nodes, links, surface = _new(name)
    surface.inputs["Roughness"].default_value = rough
    stain = _stains(nodes, links, scale)
    links.new(_between(nodes, links, stain, _shade(rgb, 1 - amount), _shade(rgb, 1 + amount)), surface.inputs["Base Color"])
    _bump(nodes, links, stain, surface, 0.25)
    return material


def laid(name, rgb, joint, wide, high, upright, amount=0.25):
    """Bricks, tiles or slabs of wide x high metres; `upright` for walls."""
    material, nodes, links, surface = _new(name)
    surface.inputs["Roughness"].default_value = 0.8
    where = nodes.new("ShaderNodeTexCoord")
    turned = nodes.new("ShaderNodeMapping")
    if upright:
        turned.inputs["Rotation"].default_value = (-1.5708, 0, 0)
    links.new(where.outputs["Object"], turned.inputs["Vector"])
    bricks = nodes.new("ShaderNodeTexBrick")
    bricks.inputs["Scale"].default_value = 1
    bricks.inputs["Brick Width"].default_value = wide
    bricks.inputs["Row Height"].default_value = high
    bricks.inputs["Mortar Size"].default_value = 0.006
    bricks.inputs["Color1"].default_value = (*_shade(rgb, 0.92), 1)
    bricks.inputs["Color2"].default_value = (*_shade(rgb, 1.08), 1)
    bricks.inputs["Mortar"].default_value = (*joint, 1)
    links.new(turned.outputs["Vector"], bricks.inputs["Vector"])
    stain = _stains(nodes, links, 0.9)
    worn = nodes.new("ShaderNodeMixRGB")
    worn.blend_type = "MULTIPLY"
    worn.inputs["Fac"].default_value = 1
    links.new(bricks.outputs["Color"], worn.inputs["Color1"])
    links.new(_between(nodes, links, stain, (1 - amount,) * 3, (1 + amount / 2,) * 3), worn.inputs["Color2"])
    links.new(worn.outputs["Color"], surface.inputs["Base Color"])
    return material


def soak(material):
    """After rain: darker, and smooth where puddles stand."""
    tree = material.node_tree
    surface = tree.nodes["Principled BSDF"]
    colour = surface.inputs["Base Color"].links[0].from_socket
    dark = tree.nodes.new("ShaderNodeMixRGB")
    dark.blend_type = "MULTIPLY"
    dark.inputs["Fac"].default_value = 1
    dark.inputs["Color2"].default_value = (0.50, 0.51, 0.53, 1)
    tree.links.new(colour, dark.inputs["Color1"])
    tree.links.new(dark.outputs["Color"], surface.inputs["Base Color"])
    puddles = _between(tree.nodes, tree.links, _stains(tree.nodes, tree.links, 0.7), (0.08,) * 3, (0.55,) * 3)
    tree.links.new(puddles, surface.inputs["Roughness"])


def _stains(nodes, links, scale):
    where = nodes.new("ShaderNodeTexCoord")
    texture = nodes.new("ShaderNodeTexNoise")
    texture.inputs["Scale"].default_value = scale
    texture.inputs["Detail"].default_value = 8
    links.new(where.outputs["Object"], texture.inputs["Vector"])
    return texture.outputs["Fac"]


def _between(nodes, links, value, low, high):
    ramp = nodes.new("ShaderNodeValToRGB")
    ramp.color_ramp.elements[0].position = 0.3
    ramp.color_ramp.elements[1].position = 0.7
    ramp.color_ramp.elements[0].color = (*low, 1)
    ramp.color_ramp.elements[1].color = (*high, 1)
    links.new(value, ramp.inputs["Fac"])
    return ramp.outputs["Color"]


def _bump(nodes, links, value, surface, strength):
    bump = nodes.new("ShaderNodeBump")
    bump.inputs["Strength"].default_value = strength
    bump.inputs["Distance"].default_value = 0.02
    links.new(value, bump.inputs["Height"])
    links.new(bump.outputs["Normal"], surface.inputs["Normal"])


def _shade(rgb, factor):
    return tuple(min(1.0, max(0.0, c * factor)) for c in rgb)
