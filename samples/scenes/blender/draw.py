"""One still each: builds the scene, renders it, and tells where its things lie on the picture."""

import math

import bpy
import mathutils
from bpy_extras.object_utils import world_to_camera_view

from .. import vehicles
from ..figures import CLOTHES, FIGURE_CAMERA, FIGURE_SIZE
from ..visitors import VISITOR_SIZE, visitor_camera
from . import bins, entrance, figure, ground, materials, props, refuse, shapes, vehicle, visitor

SAMPLES = 16


def still(place, state, target):
    """Renders a place in a state to the PNG `target`; answers {thing: [x, y, width, height] as fractions}."""
    scene = _empty(place.size)
    things, camera = _build(scene, place, state)
    _render(scene, target)
    return {name: _box(scene, camera, parts) for name, parts in things.items()}


def station(place, state, target, mask, samples):
    """Renders a place in a state to the PNG `target`; answers {thing: number on the PNG `mask`} and {thing: its box, hidden parts and all}."""
    scene = _empty(place.size)
    scene.cycles.samples = samples
    things, camera = _build(scene, place, state)
    _render(scene, target)
    numbers = {name: i + 1 for i, name in enumerate(things)}
    for name, parts in things.items():
        for part in parts:
            part.pass_index = numbers[name]
    _numbered(scene)
    _render(scene, mask)
    return numbers, {name: _extent(scene, camera, parts) for name, parts in things.items()}


def _build(scene, place, state):
    ground.build(place, state.wet)
    things = {f"bin{i}": bins.build(place.seed, spec, fill, state.detail) for i, (spec, fill) in enumerate(zip(place.bins, state.fills, strict=True))}
    heaps = state.litter if isinstance(state.litter, tuple) else (state.litter,) if state.litter else ()
    for i, litter in enumerate(heaps):
        things["litter" if len(heaps) == 1 else f"litter{i}"] = refuse.ground(f"{place.seed}/{i}" if i else place.seed, litter, state.detail)
    refuse.leaves(place.seed, state.leaves, *((2.4, 1.9) if place.reach == 14 else (5.0, 5.0)))
    for prop in place.props:
        props.build(prop)
    camera = _camera(scene, place.camera)
    _light(scene, state.light or place.light, math.dist(place.camera.eye, place.camera.target))
    return things, camera


def _numbered(scene):
    """From now on each pixel is the number of what is seen there, 0 for what has none."""
    scene.cycles.samples, scene.cycles.use_denoising, scene.cycles.max_bounces = 1, False, 0
    scene.cycles.pixel_filter_type = "BOX"
    scene.cycles.filter_width = 0.01
    scene.view_settings.view_transform, scene.view_settings.look = "Raw", "None"
    scene.render.dither_intensity = 0
    _, background = _world(scene)
    background.inputs["Strength"].default_value = 0
    for thing in scene.objects:
        if thing.type == "LIGHT":
            thing.hide_render = True
    scene.view_layers[0].material_override = materials.number()


def person(clothes, pose, target):
    """Renders a figure and its shadow with alpha to the PNG `target`."""
    scene = _empty(FIGURE_SIZE)
    scene.render.film_transparent = True
    scene.render.image_settings.color_mode = "RGBA"
    figure.build(CLOTHES[clothes], pose)
    _shadow_floor()
    _camera(scene, FIGURE_CAMERA)
    _even_light(scene)
    _render(scene, target)


def empty_entrance(place, target, samples=SAMPLES):
    """Renders an entrance without people to the PNG `target`."""
    scene = _empty(place.size)
    scene.cycles.samples = samples
    entrance.build(place)
    _camera(scene, place.camera)
    _light(scene, place.light, math.dist(place.camera.eye, place.camera.target))
    _render(scene, target)


def visiting(looks, phase, dip, turn, target):
    """Renders a visitor with alpha, without a shadow, to the PNG `target`, as visitors.py lays it over a clip.

    `dip`: radians that the camera looks down, `turn`: of the visitor, 0 looking to the right.
    """
    scene = _empty(VISITOR_SIZE)
    scene.cycles.samples = 12
    scene.render.film_transparent = True
    scene.render.image_settings.color_mode = "RGBA"
    visitor.build(looks, phase, turn)
    _camera(scene, visitor_camera(dip))
    _even_light(scene)
    _render(scene, target)


def truck(story, target):
    """Renders the truck where it stands and its shadow with alpha to the PNG `target`."""
    size = vehicles.layer_size(story)
    scene = _empty(size)
    scene.render.film_transparent = True
    scene.render.image_settings.color_mode = "RGBA"
    vehicle.build(vehicles.stand(story.drive), story.drive.y)
    _shadow_floor()
    _camera(scene, story.place.camera.widened(size[0] / story.stage[0]))
    _even_light(scene)
    _render(scene, target)


def _shadow_floor():
    floor = shapes.mesh("floor", [(-9, -9, 0), (9, -9, 0), (9, 9, 0), (-9, 9, 0)], [(0, 1, 2, 3)], None)
    floor.is_shadow_catcher = True


def _empty(size):
    bpy.ops.wm.read_factory_settings(use_empty=True)
    scene = bpy.context.scene
    scene.render.engine = "CYCLES"
    scene.cycles.samples = SAMPLES
    scene.cycles.use_denoising = True
    scene.cycles.max_bounces = 4
    scene.render.threads_mode = "FIXED"
    scene.render.threads = 1
    scene.view_settings.view_transform = "AgX"
    scene.view_settings.look = "AgX - Medium High Contrast"
    scene.render.resolution_x, scene.render.resolution_y = size
    return scene


def _camera(scene, spec):
    camera = bpy.data.objects.new("camera", bpy.data.cameras.new("camera"))
    bpy.context.collection.objects.link(camera)
    camera.data.lens = spec.lens_mm
    camera.data.sensor_width = 36.0
    camera.data.sensor_fit = "HORIZONTAL"
    camera.location = spec.eye
    look = mathutils.Vector(spec.target) - mathutils.Vector(spec.eye)
    camera.rotation_euler = look.to_track_quat("-Z", "Y").to_euler()
    scene.camera = camera
    return camera


def _world(scene):
    world = bpy.data.worlds.new("sky")
    scene.world = world
    world.use_nodes = True
    return world.node_tree, world.node_tree.nodes["Background"]


def _light(scene, light, away):
    tree, background = _world(scene)
    if light.infrared:
        background.inputs["Color"].default_value = (1, 1, 1, 1)
        background.inputs["Strength"].default_value = 0.03
        # the diodes sit around the lens, so that shadows hide behind what throws them
        camera = scene.camera
        _lamp(camera.location + mathutils.Vector((0.05, 0, -0.05)), camera.rotation_euler, 21 * away * away, (1.0, 1.0, 1.0))
        return
    if light.lamp:
        background.inputs["Color"].default_value = (0.25, 0.35, 0.6, 1)
        background.inputs["Strength"].default_value = light.strength
        _lamp((1.6, -1.6, 4.6), (0.28, 0.26, 0.0), 1000)
        return
    if light.overcast:
        background.inputs["Color"].default_value = (0.86, 0.92, 1.0, 1)
        background.inputs["Strength"].default_value = light.strength
        return
    sky = tree.nodes.new("ShaderNodeTexSky")
    sky.sky_type = "NISHITA"
    sky.sun_elevation, sky.sun_rotation, sky.sun_intensity, sky.sun_size = light.sun_height, light.sun_side, 0.25, 0.04
    tree.links.new(sky.outputs["Color"], background.inputs["Color"])
    background.inputs["Strength"].default_value = light.strength


def _even_light(scene):
    _, background = _world(scene)
    background.inputs["Color"].default_value = (0.85, 0.92, 1.0, 1)
    background.inputs["Strength"].default_value = 0.75
    sun = bpy.data.lights.new("sun", "SUN")
    sun.energy, sun.angle = 2.2, 0.25
    thing = bpy.data.objects.new("sun", sun)
    thing.rotation_euler = (0.55, 0.25, 0)
    bpy.context.collection.objects.link(thing)


def _lamp(location, rotation, watts, colour=(1.0, 0.80, 0.55)):
    lamp = bpy.data.lights.new("lamp", "SPOT")
    lamp.energy, lamp.spot_size, lamp.spot_blend, lamp.color, lamp.shadow_soft_size = watts, 1.9, 0.6, colour, 0.15
    thing = bpy.data.objects.new("lamp", lamp)
    thing.location, thing.rotation_euler = location, rotation
    bpy.context.collection.objects.link(thing)


def _render(scene, target):
    scene.render.filepath = str(target)
    bpy.ops.render.render(write_still=True)


def _box(scene, camera, parts):
    x0, y0, x1, y1 = (min(1.0, max(0.0, v)) for v in _extent(scene, camera, parts))
    if math.isclose(x0, x1):
        raise ValueError("a thing of the story lies outside the picture")
    return [round(v, 4) for v in (x0, y0, x1 - x0, y1 - y0)]


def _extent(scene, camera, parts):
    """Left, top, right, bottom as fractions of the picture, which they may lie outside."""
    graph = bpy.context.evaluated_depsgraph_get()
    xs, ys = [], []
    for part in parts:
        solid = part.evaluated_get(graph)
        shape = solid.to_mesh()
        for v in shape.vertices:
            p = world_to_camera_view(scene, camera, solid.matrix_world @ v.co)
            xs.append(p.x)
            ys.append(1 - p.y)
        solid.to_mesh_clear()
    return min(xs), min(ys), max(xs), max(ys)
