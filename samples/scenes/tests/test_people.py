import numpy as np
import pytest

from scenes import figures, people
from scenes.camera import Camera
from scenes.model import Walk

STATION = Camera(eye=(0.0, -6.0, 3.2), target=(0.0, 0.0, 0.6), lens_mm=42.0)
SIZE = (960, 540)
ACROSS = Walk("resident", ((10.0, -3.0, -1.4), (15.0, 3.0, -1.4)))


def layer():
    """A figure that fills a column between head and foot, with shadow beside it."""
    width, height = figures.FIGURE_SIZE
    picture = np.zeros((height, width, 4), np.uint8)
    x, foot, tall = figures.FIGURE_CAMERA.standing(0, 0, figures.TALL, width, height)
    picture[int(foot - tall) : int(foot), int(x - 20) : int(x + 20)] = (10, 200, 30, 255)
    picture[int(foot) - 5 : int(foot) + 5, int(x) + 25 : int(x) + 80] = (0, 0, 0, 90)
    return picture


def test_nobody_is_there_before_and_after_the_walk():
    assert people.placed(ACROSS, STATION, SIZE, 9.9) is None
    assert people.placed(ACROSS, STATION, SIZE, 15.1) is None


def test_halfway_stands_in_the_middle_as_tall_as_there():
    figure = people.placed(ACROSS, STATION, SIZE, 12.5)
    foot_x, foot_y, tall = STATION.standing(0, -1.4, figures.TALL, *SIZE)
    assert figure.foot == pytest.approx((foot_x, foot_y))
    x, y, w, h = people.box(layer(), figure, SIZE)
    assert (x + w / 2) * SIZE[0] == pytest.approx(foot_x, abs=2)
    assert (y + h) * SIZE[1] == pytest.approx(foot_y, abs=2)
    assert h * SIZE[1] == pytest.approx(tall, abs=3)


def test_who_walks_to_the_left_is_mirrored_about_the_feet():
    back = Walk("resident", tuple(reversed([(15.0, -3.0, -1.4), (10.0, 3.0, -1.4)])))
    there, again = people.placed(ACROSS, STATION, SIZE, 12.5), people.placed(back, STATION, SIZE, 12.5)
    assert again.mirrored and not there.mirrored
    assert again.foot == pytest.approx(there.foot)
    assert np.linalg.det(people.matrix(again)[:, :2]) == pytest.approx(-np.linalg.det(people.matrix(there)[:, :2]))


def test_a_cleaner_who_stands_works():
    walk = Walk("cleaner", ((0.0, -1.0, -1.0), (2.0, 0.0, -1.0), (6.0, 0.0, -1.0)))
    assert people.placed(walk, STATION, SIZE, 1.0).pose in figures.WALK_POSES
    poses = {people.placed(walk, STATION, SIZE, t / 5).pose for t in range(11, 30)}
    assert poses == set(figures.WORK_POSES)


def test_who_is_almost_out_of_the_picture_has_no_box():
    assert people.box(layer(), people.placed(ACROSS, STATION, SIZE, 10.0), SIZE) is None


def test_the_picture_changes_where_the_figure_is_and_nowhere_else():
    figure = people.placed(ACROSS, STATION, SIZE, 12.5)
    before = np.full((SIZE[1], SIZE[0], 3), 100, np.float32)
    after = people.lay_over(before, layer(), figure)
    changed = np.abs(after - before).max(axis=2) > 1
    x, y, w, h = people.box(layer(), figure, SIZE)
    middle = int((y + h / 2) * SIZE[1]), int((x + w / 2) * SIZE[0])
    assert changed[middle] and not changed[:, :200].any() and not changed[:, 760:].any()
    assert after[middle].tolist() == pytest.approx([10, 200, 30], abs=2)
