"""Makes a clip of the stills: fades between them, lets people and the truck through, looks at it through the lens, adds light, weather and noise."""

import json

import cv2
import numpy as np

from . import people, vehicles
from .encode import FPS, KEY_SECONDS, encode
from .lens import Lens
from .sensor import Sensor
from .truth import check, truth

LEAST_WIDTH = 0.02  # of the picture: less of someone is no one
LAMPLIGHT = (0.22, 0.34, 0.46)  # blue, green, red


def compose(story, cache, folder):
    """Writes NAME.mp4 and NAME.json into `folder`."""
    check(story)
    folder.mkdir(parents=True, exist_ok=True)
    stills = {still.name: _on(story.stage, cache.picture(story, still.name)).astype(np.float32) for still in story.stills}
    cast = _Cast(story, cache)
    lens = Lens(story)
    sensor = Sensor(story)

    def pictures():
        for frame in range(int(story.seconds * FPS)):
            t = frame / FPS
            picture = backdrop(story.shown, stills, t)
            yield sensor.seen(lens.seen(cast.enter(picture, t), t), frame, t)

    target = folder / f"{story.name}.mp4"
    encode(pictures(), story.size, target)
    seen = [(t, lens.box(box, t)) for t in np.arange(0, story.seconds, KEY_SECONDS).tolist() for box in cast.boxes(t)]
    seen = [(t, box) for t, box in seen if box[2] > LEAST_WIDTH]
    told = truth(story, lambda still: {thing: lens.box(box, 0.0) for thing, box in cache.boxes(story, still).items()}, seen)
    target.with_suffix(".json").write_text(_lines(told), encoding="utf-8")
    print(f"{target.name}: {story.seconds:.0f} s, {target.stat().st_size / 1e6:.2f} MB")


def _on(size, picture):
    return picture if picture.shape[1::-1] == size else cv2.resize(picture, size, interpolation=cv2.INTER_AREA)


def backdrop(shown, stills, t):
    """The still of second `t`, or two of them while one fades into the next."""
    now = max(i for i, s in enumerate(shown) if s.at <= t)
    into = stills[shown[now].still]
    share = (t - shown[now].at) / shown[now].fade if shown[now].fade else 1.0
    if now == 0 or share >= 1:
        return into
    return stills[shown[now - 1].still] * (1 - share) + into * share


class _Cast:
    """The people of one story, farthest first, and the truck before them."""

    def __init__(self, story, cache):
        self.story = story
        self.cache = cache
        self.layers = {}
        self.truck = cache.truck_layer(story) if story.drive else None

    def _on_stage(self, t):
        place = self.story.place
        figures = (people.placed(walk, place.camera, self.story.stage, t) for walk in self.story.walks)
        return sorted((f for f in figures if f), key=lambda f: f.distance)

    def _layer(self, figure):
        key = figure.clothes, figure.pose, figure.hue
        if key not in self.layers:
            self.layers[key] = people.dressed(self.cache.layer(figure.clothes, figure.pose), figure.hue)
        return self.layers[key]

    def enter(self, picture, t):
        tint = LAMPLIGHT if self.story.place.light.lamp else (1.0, 1.0, 1.0)
        for figure in self._on_stage(t):
            picture = people.lay_over(picture, self._layer(figure), figure, tint)
        truck = vehicles.placed(self.story, t)
        return people.lay_over(picture, self.truck, truck, tint) if truck else picture

    def boxes(self, t):
        found = (people.box(self._layer(figure), figure, self.story.stage) for figure in self._on_stage(t))
        return [box for box in found if box]


def _lines(told):
    """JSON with one line an item, so that a change can be read."""
    parts = []
    for key, value in told.items():
        if isinstance(value, list) and value:
            items = ",\n    ".join(json.dumps(item) for item in value)
            parts.append(f'  "{key}": [\n    {items}\n  ]')
        else:
            parts.append(f'  "{key}": {json.dumps(value)}')
    return "{\n" + ",\n".join(parts) + "\n}\n"
