import numpy as np
import pytest

from refuse_training import CLASSES
from refuse_training.detection import decode, suppress
from refuse_training.evaluate import false_refuse, score
from refuse_training.pictures import Sample
from refuse_training.thresholds import choose

PICTURE = np.zeros((100, 200, 3), np.uint8)


def labelled(*boxes):
    return Sample(PICTURE, np.array([b[1] for b in boxes], np.float32).reshape(-1, 4), np.array([b[0] for b in boxes], np.int64), "test", "test")


def at(label, box, score):
    return (label, np.array(box, np.float32), score)


A, B = (10, 10, 50, 60), (100, 20, 160, 90)


def test_all_found_is_one_and_nothing_found_is_none():
    samples = [labelled((0, A), (1, B)), labelled((2, A))]
    found = [[at(0, A, 0.9), at(1, B, 0.8)], [at(2, A, 0.7)]]
    assert score(samples, found).map50 == pytest.approx(1.0)
    assert score(samples, [[], []]).map50 == 0.0


def test_a_better_scored_wrong_box_halves_precision():
    samples = [labelled((0, A)), labelled((1, A)), labelled((2, A))]
    found = [[at(0, B, 0.9), at(0, A, 0.5)], [at(1, A, 0.9)], [at(2, A, 0.9)]]
    scores = score(samples, found)
    assert scores.by_class["bin"] == pytest.approx(0.5)
    assert scores.map50 == pytest.approx((0.5 + 1 + 1) / 3)


def test_a_box_that_is_ignored_costs_nothing_found_or_not():
    samples = [labelled((0, A), (0, B)), labelled((1, A), (2, B))]
    found = [[at(0, A, 0.9)], [at(1, A, 0.9), at(2, B, 0.9)]]
    assert score(samples, found).by_class["bin"] < 0.6
    assert score(samples, found, [np.array([False, True]), np.array([False, False])]).by_class["bin"] == pytest.approx(1.0)


def test_false_refuse_counts_pictures_not_boxes_and_no_bins():
    found = [[at(1, A, 0.9), at(2, B, 0.9)], [at(0, A, 0.9)], [at(2, A, 0.3)], []]
    assert false_refuse(found, {c: 0.5 for c in CLASSES}) == 0.25
    assert false_refuse(found, {c: 0.2 for c in CLASSES}) == 0.5


def test_suppression_keeps_the_better_of_two_and_both_of_two_classes():
    boxes = np.array([A, A, B], np.float32)
    assert suppress(boxes, np.array([0.5, 0.9, 0.1])) == [1, 2]
    scores = np.array([[0.5, 0.6, 0.0], [0.9, 0.0, 0.0], [0.0, 0.0, 0.001]])
    assert [(label, s) for label, _, s in decode(boxes, scores, 0.01)] == [(0, 0.9), (1, 0.6)]


def test_thresholds_stay_above_what_empty_places_score():
    samples = [labelled((1, A))] * 20
    found = [[at(1, A, 0.6 + i / 100)] for i in range(20)]
    empty = [[at(1, B, 0.66)]] * 3 + [[]] * 97
    chosen = choose(samples, found, empty)["overflow"]
    assert 0.66 < chosen["on"] <= 0.68 and chosen["off"] < chosen["on"]
    assert choose(samples, found, [[]] * 100)["overflow"]["on"] < 0.62
