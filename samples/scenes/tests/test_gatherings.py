import cv2
import numpy as np

from scenes.entrances import SIZE, anywhere
from scenes.gatherings import Gatherings, make


def test_a_gathering_is_the_same_for_the_same_number(tmp_path):
    gatherings = Gatherings(tmp_path, 3)  # no rendered entrances: made up ones alone
    one, labels = gatherings.make(5)
    two, again = gatherings.make(5)
    assert np.array_equal(one, two) and labels == again
    assert one.shape == (SIZE[1], SIZE[0], 3) and one.dtype == np.uint8


def test_heads_lie_in_their_boxes_near_the_top(tmp_path):
    gatherings = Gatherings(tmp_path, 4)
    labels = [label for number in range(25) for label in gatherings.make(number)[1]]
    assert len(labels) > 25
    for hx, hy, x, y, w, h, seen in labels:
        assert 0 <= hx <= SIZE[0] and 0 <= hy <= SIZE[1]
        assert y - 0.1 * h <= hy <= y + 0.6 * h
        assert 0.1 <= seen <= 1


def test_what_is_there_is_not_made_again(tmp_path):
    make(2, 9, tmp_path, tmp_path / "out")
    first = tmp_path / "out" / "images" / "9-000000.jpg"
    first.write_bytes(b"kept")
    make(3, 9, tmp_path, tmp_path / "out")
    assert first.read_bytes() == b"kept"
    assert len(list((tmp_path / "out" / "labels").iterdir())) == 3


def test_random_entrances_differ_and_repeat():
    assert anywhere(5) == anywhere(5)
    assert anywhere(5) != anywhere(6)


def test_photographs_are_stood_before_instead(tmp_path):
    (tmp_path / "photographs").mkdir()
    cv2.imwrite(str(tmp_path / "photographs" / "green.png"), np.full((200, 900, 3), (0, 200, 0), np.uint8))
    without = Gatherings(tmp_path, 3).make(5)[0]
    before = Gatherings(tmp_path, 3, tmp_path / "photographs").make(5)[0]
    assert before.shape == (SIZE[1], SIZE[0], 3)
    assert not np.array_equal(without, before)
