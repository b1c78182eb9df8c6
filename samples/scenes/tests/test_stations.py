from dataclasses import replace

import cv2
import numpy as np
import pytest

from scenes import stations
from scenes.model import Fill, Litter

SIZE = (480, 270)
MANY = [stations.describe(5, i, SIZE) for i in range(300)]


def refuse(station):
    return any(fill.overflows for fill in station.state.fills) or bool(station.state.litter)


def test_a_number_is_always_the_same_station_and_another_seed_another():
    assert stations.describe(5, 17, SIZE) == MANY[17]
    assert stations.describe(6, 17, SIZE) != MANY[17]


def test_a_quarter_is_without_refuse_and_some_without_a_bin():
    assert 0.20 <= sum(not refuse(s) for s in MANY) / len(MANY) <= 0.32
    assert 0.03 <= sum(not s.place.bins and not refuse(s) for s in MANY) / len(MANY) <= 0.15
    assert {s.light for s in MANY} == {"day", "overcast", "dusk", "night", "infrared"}


def test_bins_are_as_tall_as_wanted_and_cameras_hang_on_masts():
    heights = []
    for station in MANY:
        camera = station.place.camera
        assert 3 <= camera.eye[2] <= 5
        for spec in station.place.bins:
            if spec.kind == "wheeled":
                heights.append(camera.standing(spec.x, spec.y, 1.05, *SIZE)[2])
    assert min(heights) > 15 and max(heights) < 150
    assert np.percentile(heights, 10) < 40 and np.percentile(heights, 90) > 75


def test_a_bin_overflows_when_refuse_rises_over_its_rim():
    assert not Fill().overflows and not Fill(lid=4.2).overflows and not Fill(4.2, 8, sunk=True).overflows
    assert Fill(0.3, 3).overflows


def test_labels_are_around_what_is_seen_and_not_around_what_is_hidden():
    station = next(s for s in MANY if len(s.place.bins) == 2)
    station = replace(station, state=replace(station.state, fills=(Fill(), Fill(1.1, 10)), litter=(Litter(1, 0, 3, 3),)))
    mask = np.zeros((270, 480), np.uint8)
    mask[100:150, 48:96] = 1
    mask[100:110, 200:210] = 2
    mask[140:170, 300:360] = 3
    extents = {"bin0": (0.1, 0.3, 0.2, 0.6), "bin1": (0.4, 0.3, 0.55, 0.6), "litter": (0.6, 0.5, 0.8, 0.65)}
    rows = stations.labels(station, {"bin0": 1, "bin1": 2, "litter": 3}, extents, mask)
    assert [row[0] for row in rows] == [stations.BIN, stations.LITTER]
    assert rows[0][1:] == pytest.approx((72 / 480, 125 / 270, 48 / 480, 50 / 270))
    assert [row[0] for row in stations.labels(station, {"bin1": 1}, {"bin1": (0.1, 0.3, 0.2, 0.6)}, mask)] == [stations.OVERFLOW]


def test_infrared_pictures_have_no_colour_and_others_do():
    picture = cv2.merge([np.full((270, 480), v, np.uint8) for v in (30, 90, 150)])
    for light, grey in (("infrared", True), ("day", False)):
        taken = stations.exposed(next(s for s in MANY if s.light == light), picture)
        assert (np.ptp(taken.mean(axis=(0, 1))) < 1) == grey
