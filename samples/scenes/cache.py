"""Where rendered stills lie between rendering and composing, and what they cost. Not part of the repository."""

import json
import os
from pathlib import Path

import cv2
import numpy as np


class Cache:
    def __init__(self, folder):
        self.folder = Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)

    def still(self, story, still):
        """The file of the still of that name; stories may share stills."""
        return self.folder / f"{story.still(still).of or story.name}--{still}.png"

    def truck(self, story):
        return self.folder / f"truck--{story.name}.png"

    def person(self, clothes, pose):
        return self.folder / f"person--{clothes}-{pose}.png"

    def picture(self, story, still):
        return _read(self.still(story, still), cv2.IMREAD_COLOR)

    def layer(self, clothes, pose):
        """Blue, green, red and alpha; colours not multiplied by alpha."""
        return _read(self.person(clothes, pose), cv2.IMREAD_UNCHANGED)

    def truck_layer(self, story):
        return _read(self.truck(story), cv2.IMREAD_UNCHANGED)

    def boxes(self, story, still):
        return json.loads(self.still(story, still).with_suffix(".json").read_text())

    def spent(self, picture, cpu_seconds):
        with (self.folder / "spent.jsonl").open("a") as book:
            book.write(json.dumps({"picture": picture.name, "cpu": round(cpu_seconds, 1)}) + os.linesep)

    def spendings(self):
        book = self.folder / "spent.jsonl"
        return [json.loads(line) for line in book.read_text().splitlines()] if book.exists() else []


def _read(path, how):
    picture = cv2.imdecode(np.fromfile(path, np.uint8), how) if path.exists() else None
    if picture is None:
        raise FileNotFoundError(f"{path} is missing: run `python -m scenes render` first")
    return picture
