"""Makes the clips of entrances: draws what is missing, lays the visitors over it, writes the clip and its truth."""

import json
import math

import cv2
import numpy as np

from . import doorway, painter, people, visitors
from .body import STAND, body
from .compose import LAMPLIGHT
from .encode import FPS, encode
from .visits import crossings, visits

CAST = 8
INFRARED = np.float32([0.34, 0.30, 0.36])  # of blue, green and red: dyes hide little of that light
SUNS = {"sun": (np.array([-0.45, 0.25, 0.86]), 0.42, 1.2), "cloud": (np.array([0.1, -0.1, 0.99]), 0.18, 5.0), "lamp": (np.array([0.25, -0.1, 0.96]), 0.35, 1.5)}
"""Towards the light, what a shadow takes of it, and how soft its edge is in pixels."""


class Cast:
    """The people of the clips as Blender drew them."""

    def __init__(self, folder):
        self.folder = folder
        self.looks = visitors.cast("clips", CAST)
        self.layers = {}

    def file(self, who, pose):
        return self.folder / f"visitor-clips-{who}-{pose.name}.png"

    def layer(self, who, pose, hue):
        key = who, pose, hue
        if key not in self.layers:
            layer = cv2.imread(str(self.file(who, pose)), cv2.IMREAD_UNCHANGED)
            if layer is None:
                raise FileNotFoundError(f"{self.file(who, pose)} is missing: run `python -m scenes entrances` where bpy 4.2 is installed")
            self.layers[key] = people.dressed(layer, hue)
        return self.layers[key]


def render(clips, folder):
    """Draws the entrances and visitors that are missing, one after the other on one thread."""
    from .blender import draw  # needs bpy, which composing does without

    folder.mkdir(parents=True, exist_ok=True)
    for clip in clips:
        _once(folder / f"{clip.place.name}.png", lambda part, place=clip.place: draw.empty_entrance(place, part, 24))
    cast = Cast(folder)
    for who, looks in enumerate(cast.looks):
        for pose in visitors.POSES:
            _once(
                cast.file(who, pose),
                lambda part, pose=pose, looks=looks: draw.visiting(looks, pose.gait, visitors.DIPS[pose.dip], visitors.TURNS[pose.turn], part),
            )


def render_empty(count, folder):
    """Draws random entrances without people, for gatherings."""
    from .blender import draw
    from .entrances import anywhere

    folder.mkdir(parents=True, exist_ok=True)
    for seed in range(1, count + 1):
        _once(folder / f"entrance{seed}.png", lambda part, seed=seed: draw.empty_entrance(anywhere(seed), part, 10))


def _once(target, draw):
    if not target.exists():
        part = target.with_name("part-" + target.name)
        draw(part)
        part.replace(target)


def compose(clip, stills, folder):
    """Writes NAME.mp4 and NAME.json into `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    cast = Cast(stills)
    everyone = visits(clip, CAST)
    target = folder / f"{clip.name}.mp4"
    encode(pictures(clip, stills, cast, everyone), clip.place.size, target, clip.quality)
    told = crossings(everyone)
    view = painter.View(clip.place.camera, clip.place.size)
    ends, _ = view.project(np.array([(*end, 0.0) for end in clip.line]))
    ends = [[round(float(min(1, max(0, v / side))), 4) for v, side in zip(end, clip.place.size)] for end in ends]
    rows = ",\n    ".join(json.dumps({"t": round(t, 2), "direction": d}) for t, d in told)
    target.with_suffix(".json").write_text(
        f'{{\n  "fps": {FPS},\n  "line": {json.dumps({"from": ends[0], "to": ends[1], "inside": "left"})},\n  "crossings": [\n    {rows}\n  ]\n}}\n', encoding="utf-8"
    )
    print(f"{target.name}: {clip.seconds} s, {len(told)} crossings, {target.stat().st_size / 1e6:.2f} MB", flush=True)


def _tint(light):
    """Of the visitors, who were drawn under an even light: blue, green, red."""
    if light.lamp:
        return np.float32(LAMPLIGHT) * 1.15
    if light.infrared:
        return np.float32([0.6] * 3)
    return np.float32([0.85 if light.overcast else 1.0] * 3)


def pictures(clip, stills, cast, everyone):
    place = clip.place
    empty = cv2.imread(str(stills / f"{place.name}.png"))
    if empty is None:
        raise FileNotFoundError(f"{place.name}.png is missing in {stills}: run `python -m scenes entrances` where bpy 4.2 is installed")
    view = painter.View(place.camera, place.size)
    veils = doorway.openings(view, place.doors)
    sun = SUNS["lamp" if place.light.lamp else "cloud" if place.light.overcast else "sun"]
    tint = _tint(place.light)
    noise = np.random.default_rng(clip.seed)
    fields = [cv2.GaussianBlur(noise.standard_normal((place.size[1], place.size[0], 3)).astype(np.float32), (0, 0), 0.8) for _ in range(8)]
    for frame in range(clip.seconds * FPS):
        t = frame / FPS
        picture = empty.astype(np.float32)
        here = [(visit, visit.at(t)) for visit in everyone]
        here = sorted(((v, at) for v, at in here if at), key=lambda one: -one[1][1])
        dim = np.zeros(picture.shape[:2], np.float32)
        for visit, (x, y, heading, gone) in here:
            shape = body(cast.looks[visit.who], STAND if gone is None else gone / (0.85 * cast.looks[visit.who].tall) % 1)
            corners, *_ = painter.placed(shape, x, y, heading)
            if y < 0:
                dim = np.maximum(dim, sun[1] * painter.shadow(view, corners, sun[0], sun[2]))
            dim = np.maximum(dim, 0.3 * painter.contact(view, x, y, shape.tall))
        picture *= 1 - dim[:, :, None]
        for visit, (x, y, heading, gone) in here:
            looks = cast.looks[visit.who]
            pose, mirrored = visitors.nearest(view, x, y, heading, gone, looks.tall)
            light = tint * (max(0.35, 1 - 0.4 * y) if y > 0 else 1.0)
            visitors.lay(picture, cast.layer(visit.who, pose, visit.hue), pose, looks, view, x, y, heading, mirrored, light, doorway.veil(veils, place.doors, x, y))
        picture = picture * (1 + 0.02 * math.sin(0.11 * t))
        if place.light.infrared:
            picture = np.repeat((picture @ INFRARED)[:, :, None], 3, axis=2)
        field = np.roll(fields[frame % len(fields)], tuple(noise.integers(0, 97, 2)), (0, 1))
        yield np.clip(picture + field * clip.noise * 1.8, 0, 255).astype(np.uint8)
