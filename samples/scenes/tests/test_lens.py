from dataclasses import replace

import numpy as np
import pytest

from scenes.catalogue import STORIES
from scenes.lens import SWING, Lens
from scenes.model import Knock

STORY = STORIES["knocked-aside"]
MIDDLE = [0.5, 0.5, 0.02, 0.02]


def test_who_is_not_zoomed_or_knocked_sees_the_stage():
    story = STORIES["covered"]
    picture = np.zeros((story.size[1], story.size[0], 3), np.float32)
    assert Lens(story).seen(picture, 0.0) is picture
    assert Lens(story).box([0.1, 0.2, 0.3, 0.4], 0.0) == pytest.approx([0.1, 0.2, 0.3, 0.4])


def test_a_zoomed_view_is_the_middle_of_the_stage_pixel_by_pixel():
    width, height = STORY.stage
    picture = np.random.default_rng(1).uniform(0, 255, (height, width, 3)).astype(np.float32)
    left, top = (width - STORY.size[0]) // 2, (height - STORY.size[1]) // 2
    seen = Lens(STORY).seen(picture, 0.0)
    assert seen == pytest.approx(picture[top : top + STORY.size[1], left : left + STORY.size[0]], abs=0.5)


def test_a_knock_to_the_right_moves_the_picture_to_the_left_by_a_fifth_and_stays_so():
    lens, after = Lens(STORY), STORY.knock.at + SWING
    x0, y0, *_ = lens.box(MIDDLE, STORY.knock.at - 0.2)
    x1, y1, *_ = lens.box(MIDDLE, after)
    assert 0.15 <= x0 - x1 <= 0.25 and abs(y0 - y1) < 0.06
    assert lens.box(MIDDLE, after + 60) == lens.box(MIDDLE, after)


def test_a_turned_camera_still_sees_nothing_but_the_stage():
    lens = Lens(STORY)
    width, height = STORY.stage
    seen = lens.seen(np.full((height, width, 3), 100, np.float32), STORY.knock.at + SWING)
    corners = np.float64([[0, 0, 1], [STORY.size[0], 0, 1], [0, STORY.size[1], 1], [*STORY.size, 1]])
    there = corners @ np.linalg.inv(lens.matrix(STORY.seconds)).T
    there = there[:, :2] / there[:, 2:]
    assert seen.shape == (STORY.size[1], STORY.size[0], 3)
    assert there.min() >= -1 and (there[:, 0] <= width + 1).all() and (there[:, 1] <= height + 1).all()


def test_a_box_that_is_turned_out_of_the_picture_is_empty():
    story = replace(STORY, knock=Knock(0.0, yaw=0.5))
    assert Lens(story).box([0.2, 0.5, 0.1, 0.1], 10.0)[2] == 0.0
