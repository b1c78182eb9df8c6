from random import Random

import numpy as np
import pytest

from refuse_training.geometry import alone, clip, input_shape, letterbox, mosaic, place
from refuse_training.looks import LOOKS, dress, estrange
from refuse_training.pictures import Sample

COLOUR = (250, 20, 240)


def sample(width=200, height=150, box=(60, 40, 120, 110)):
    """A grey picture with one box painted where its label says."""
    picture = np.full((height, width, 3), 60, np.uint8)
    x1, y1, x2, y2 = box
    picture[y1:y2, x1:x2] = COLOUR
    return Sample(picture, np.array([box], np.float32), np.array([1]), "test", "test")


def painted(canvas):
    """The box around what is painted."""
    ys, xs = np.nonzero((np.abs(canvas.astype(int) - COLOUR).max(2) < 60))
    return np.array([xs.min(), ys.min(), xs.max() + 1, ys.max() + 1])


@pytest.mark.parametrize("seed", range(40))
def test_a_placed_box_is_where_its_paint_is(seed):
    rng = Random(seed)
    canvas, boxes = place(sample(), 320, 256, rng.uniform(0.3, 1.2), rng.uniform(0.6, 1.7), 160 + rng.uniform(-20, 20), 128 + rng.uniform(-20, 20), rng.random() < 0.5)
    np.testing.assert_allclose(painted(canvas), boxes[0].clip(0, [320, 256, 320, 256]), atol=2.0)


@pytest.mark.parametrize("seed", range(20))
def test_boxes_of_a_single_picture_follow_it(seed):
    canvas, boxes, labels = alone(sample(), Random(seed), 320, 256)
    assert canvas.shape == (256, 320, 3) and len(boxes) == len(labels)
    if len(boxes):
        np.testing.assert_allclose(painted(canvas), boxes[0], atol=2.5)
        assert (boxes[:, :2] >= 0).all() and (boxes[:, 2:] <= [320, 256]).all()


@pytest.mark.parametrize("seed", range(20))
def test_boxes_of_a_mosaic_follow_their_pictures(seed):
    canvas, boxes, labels = mosaic([sample()] * 4, Random(seed), 320, 256)
    assert canvas.shape == (256, 320, 3) and len(boxes) == len(labels) <= 4
    for box in boxes:
        x1, y1, x2, y2 = box.round().astype(int)
        inside = canvas[y1 + 3:y2 - 3, x1 + 3:x2 - 3]
        if inside.size:
            assert (np.abs(inside.astype(int) - COLOUR).max(2) < 60).mean() > 0.95


def test_scales_reach_bins_of_24_pixels():
    heights = [b[3] - b[1] for seed in range(400) for b in mosaic([sample()] * 4, Random(seed), 384, 384)[1]]
    heights += [b[3] - b[1] for seed in range(400) for b in alone(sample(), Random(seed), 384, 384)[1]]
    assert min(heights) < 45 and max(heights) > 200


def test_a_box_mostly_cut_off_is_dropped():
    boxes = np.array([[-90.0, 0, 10, 50], [-20, 0, 80, 50], [5, 5, 8, 60]], np.float32)
    kept, labels = clip(boxes, np.array([0, 1, 2]), 100, 100)
    assert labels.tolist() == [1]
    assert kept.tolist() == [[0, 0, 80, 50]]


def test_letterbox_there_and_back():
    picture = sample(300, 200).picture
    canvas, at = letterbox(picture, 640, 384)
    found = painted(canvas)
    np.testing.assert_allclose((found - [at.left, at.top] * 2) / at.scale, [60, 40, 120, 110], atol=1.0)
    assert (canvas[:, 0] == 114).all() and canvas.shape == (384, 640, 3)


@pytest.mark.parametrize(("width", "height", "shape"), [(1920, 1080, (640, 384)), (1280, 720, (640, 384)), (640, 480, (576, 416)), (448, 448, (480, 480)), (720, 1280, (384, 640))])
def test_the_input_has_the_shape_of_the_picture(width, height, shape):
    assert input_shape(width, height) == shape


def test_looks_keep_shape_and_leave_their_argument_alone():
    picture = np.random.default_rng(0).integers(0, 255, (96, 128, 3), dtype=np.uint8)
    before = picture.copy()
    for _, look in LOOKS:
        out = look(picture, Random(3))
        assert out.shape == picture.shape and out.dtype == np.uint8, look.__name__
        assert (picture == before).all(), look.__name__
    assert (dress(picture, Random(5)) == dress(picture, Random(5))).all()


def test_a_strange_picture_is_a_picture_and_leaves_its_argument_alone():
    g = np.random.default_rng(4)
    picture, other = (g.integers(0, 255, (40, 60, 3), np.uint8) for _ in range(2))
    before = picture.copy()
    shapes = set()
    for seed in range(60):
        strange = estrange(picture, Random(seed), other)
        assert strange.dtype == np.uint8 and strange.flags.c_contiguous
        shapes.add(strange.shape)
    assert shapes == {(40, 60, 3), (60, 40, 3)}
    assert (picture == before).all()
    assert (estrange(picture, Random(7), other) == estrange(picture, Random(7), other)).all()
