"""Renders the stills that are missing, one after the other on one thread."""

import json
import time

from . import figures


def render(stories, cache, only=None):
    """`only` names stills as STORY/STILL; people are drawn as people/CLOTHES-POSE, a truck as STORY/truck."""
    from .blender import draw  # needs bpy, which the other commands do without

    for story in stories:
        for still in story.stills:
            target = cache.still(story, still.name)
            if still.of or target.exists() or (only and f"{story.name}/{still.name}" not in only):
                continue
            boxes = _timed(cache, target, lambda: draw.still(story.place, still, target))
            target.with_suffix(".json").write_text(json.dumps(boxes))
        target = cache.truck(story)
        if story.drive and not target.exists() and (not only or f"{story.name}/truck" in only):
            _timed(cache, target, lambda: draw.truck(story, target))
    for clothes, pose in figures.layers():
        target = cache.person(clothes, pose)
        if target.exists() or (only and f"people/{clothes}-{pose}" not in only):
            continue
        _timed(cache, target, lambda: draw.person(clothes, pose, target))


def _timed(cache, target, work):
    before = time.process_time()
    result = work()
    cache.spent(target, time.process_time() - before)
    return result
