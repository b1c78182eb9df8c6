import numpy as np
import pytest

from scenes import weather
from scenes.catalogue import STORIES
from scenes.model import Cover, Dusk, Rain
from scenes.sensor import Sensor

CHEQUERED = np.where(np.indices((90, 160)).sum(axis=0)[:, :, None] % 2, 200, 20).astype(np.float32).repeat(3, axis=2)


def test_what_covers_the_lens_leaves_no_edges_and_goes_again():
    cover = Cover(10, 50)
    assert weather.covered(CHEQUERED, cover, 9.9) is CHEQUERED and weather.covered(CHEQUERED, cover, 50.0) is CHEQUERED
    hidden = weather.covered(CHEQUERED, cover, 30)
    assert np.abs(np.diff(hidden, axis=1)).max() < 1 and 30 < hidden.mean() < 60
    half = weather.covered(CHEQUERED, cover, 10 + weather.SLIDE / 2)
    assert half[:, :10].std() < 5 and half[:, -10:] == pytest.approx(CHEQUERED[:, -10:])


def test_it_rains_between_its_times_and_never_twice_alike():
    rain, grey = Rain(10, 50), np.full((90, 160, 3), 80, np.float32)
    assert weather.rained(grey, rain, 0, 9.0) is grey
    first, second = weather.rained(grey, rain, 150, 30.0), weather.rained(grey, rain, 151, 30.2)
    assert (first > 81).mean() > 0.005 and (first > 81).mean() < 0.2 and (first != second).any()
    assert weather.sun_left(rain, 0) == 1 and weather.sun_left(rain, 30) == 0 and weather.sun_left(rain, 70) == 0


def test_dusk_darkens_steadily_and_red_goes_first():
    dusk = Dusk(60, 0.3)
    assert weather.daylight(dusk, 0) == pytest.approx([1, 1, 1])
    assert weather.daylight(dusk, 30)[1] == pytest.approx(0.65)
    blue, green, red = weather.daylight(dusk, 60)
    assert blue > green > red and green == pytest.approx(0.3)


def test_infrared_pictures_have_no_colour_and_are_brightest_in_the_middle():
    seen = weather.infrared(np.full((90, 160, 3), (90, 60, 30), np.uint8))
    assert (seen[:, :, 0] == seen[:, :, 1]).all() and (seen[:, :, 1] == seen[:, :, 2]).all()
    assert seen[45, 80, 0] > seen[0, 0, 0] + 20


def test_the_camera_switches_to_infrared_when_dusk_ends():
    story = STORIES["infrared-switch"]
    picture = np.full((story.size[1], story.size[0], 3), (40, 90, 120), np.float32)
    sensor = Sensor(story)
    before, after = sensor.seen(picture, 379, story.dusk.end - 0.2), sensor.seen(picture, 380, story.dusk.end)
    assert np.ptp(before.mean(axis=(0, 1))) > 10 and np.ptp(after.mean(axis=(0, 1))) == 0
