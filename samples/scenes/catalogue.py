"""All stories by name."""

from . import disturbed, stories
from .model import Story

STORIES = {story.name: story for part in (stories, disturbed) for story in vars(part).values() if isinstance(story, Story)}
