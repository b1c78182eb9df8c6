import numpy as np

from refuse_training.gallery import TILE, annotate, faults, sheet
from refuse_training.pictures import Sample

BOX = np.array([10, 10, 60, 60], np.float32)
FAR = np.array([70, 70, 95, 95], np.float32)


def sample(*labels):
    return Sample(np.zeros((100, 100, 3), np.uint8), np.array([BOX, FAR][:len(labels)], np.float32).reshape(-1, 4), np.array(labels, np.int64), "refuse", "a.jpg")


def test_a_dirty_place_that_nothing_found_is_missed():
    assert faults(sample(1), []) == ([0], [])
    assert faults(sample(1), [(2, BOX, 0.9)]) == ([0], []), "litter at an overflowing bin: missed, but no false place"
    assert faults(sample(1), [(1, BOX + 2, 0.9)]) == ([], [])
    assert faults(sample(0), []) == ([], []), "a bin that was not seen makes no order"


def test_refuse_at_a_clean_place_is_false():
    assert faults(sample(0, 1), [(1, FAR, 0.9), (1, BOX, 0.8), (0, BOX, 0.7)]) == ([], [1])
    assert faults(sample(), [(2, BOX, 0.8)]) == ([], [0])


def test_sheets_are_whole_and_marked():
    tile = annotate(sample(1), [(1, BOX, 0.9)], [])
    assert tile.shape == (TILE[1], TILE[0], 3) and tile.any()
    assert sheet([tile] * 4).shape == (2 * TILE[1], 3 * TILE[0], 3)
