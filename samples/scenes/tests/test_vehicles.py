import pytest

from scenes import vehicles
from scenes.catalogue import STORIES

STORY = STORIES["truck-in-front"]


def test_the_truck_stands_where_it_stays_the_longest():
    assert vehicles.stand(STORY.drive) == 0.35


def test_it_is_away_before_it_comes_and_after_it_went():
    assert vehicles.placed(STORY, 44.0) is None
    assert vehicles.placed(STORY, 118.8) is None
    assert vehicles.placed(STORIES["covered"], 60.0) is None


def test_parked_it_is_seen_as_it_was_drawn():
    truck = vehicles.placed(STORY, 80.0)
    width, height = vehicles.layer_size(STORY)
    assert truck.scale == pytest.approx(1.0) and truck.smear == 0
    assert truck.origin == pytest.approx((truck.foot[0] + (width - STORY.stage[0]) / 2, truck.foot[1] + (height - STORY.stage[1]) / 2))


def test_it_comes_from_outside_the_picture_and_drives_off_ahead():
    first, last = vehicles.placed(STORY, STORY.drive.path[0][0]), vehicles.placed(STORY, STORY.drive.path[-1][0])
    metre = STORY.place.camera.project((1.0, STORY.drive.y, 0.0), *STORY.stage)[0] - STORY.place.camera.project((0.0, STORY.drive.y, 0.0), *STORY.stage)[0]
    half = vehicles.LONG / 2 * metre
    assert first.foot[0] + half < 0 and last.foot[0] - half > STORY.stage[0]
    assert first.smear > 1
