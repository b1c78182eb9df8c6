import pytest

from scenes.camera import Camera

LOOKING = Camera(eye=(0.0, -6.0, 3.0), target=(0.0, 0.0, 0.5), lens_mm=36.0)


def test_the_target_is_the_middle_of_the_picture():
    assert LOOKING.project(LOOKING.target, 640, 360) == pytest.approx((320, 180))


def test_right_is_right_and_up_is_up():
    x, y = LOOKING.project((1.0, 0.0, 0.5), 640, 360)
    assert x > 320 and y == pytest.approx(180)
    assert LOOKING.project((0.0, 0.0, 1.5), 640, 360)[1] < 180


def test_a_lens_as_long_as_the_sensor_is_wide_sees_a_metre_in_a_metre_as_the_whole_width():
    level = Camera(eye=(0.0, -1.0, 0.0), target=(0.0, 0.0, 0.0), lens_mm=36.0)
    assert level.project((0.5, 0.0, 0.0), 640, 360)[0] == pytest.approx(640)


def test_who_stands_nearer_is_taller():
    assert LOOKING.standing(0, -2, 1.7, 640, 360)[2] > LOOKING.standing(0, 0, 1.7, 640, 360)[2]


def test_behind_the_camera_there_is_no_picture():
    with pytest.raises(ValueError, match="behind"):
        LOOKING.project((0.0, -9.0, 3.0), 640, 360)
