import json
import math

import numpy as np
import pytest
import torch

from refuse_training.pictures import Sample, write_prepared
from refuse_training.train import Batches, Recipe, rate_share, train

RECIPE = Recipe(steps=4, batch=2, warm_up=1, decay_steps=2, plain_steps=1, shapes=((64, 64),), plain_shapes=((64, 64),))


@pytest.fixture
def prepared(tmp_path):
    rng = np.random.default_rng(1)
    full = [Sample(rng.integers(0, 255, (80, 120, 3), np.uint8), np.array([[10, 10, 70, 60]], np.float32), np.array([k % 3]), "refuse", f"{k}.jpg") for k in range(6)]
    empty = [Sample(rng.integers(0, 255, (80, 120, 3), np.uint8), np.zeros((0, 4), np.float32), np.zeros(0, np.int64), "negatives", "n.jpg")]
    write_prepared(full + empty, tmp_path / "prepared")
    return tmp_path / "prepared"


def weights(path):
    return torch.load(path, weights_only=True)["ema"]


def test_training_that_stops_after_every_step_ends_where_one_without_a_stop_ends(prepared, tmp_path):
    whole = weights(train(prepared, tmp_path / "whole", RECIPE))
    for _ in range(RECIPE.steps):
        last = train(prepared, tmp_path / "bits", RECIPE, minutes=0)
    bits = weights(last)
    assert torch.load(tmp_path / "bits" / "last.pt", weights_only=True)["step"] == RECIPE.steps
    assert json.loads((tmp_path / "bits" / "recipe.json").read_text())["steps"] == RECIPE.steps
    for name, tensor in whole.items():
        torch.testing.assert_close(bits[name].float(), tensor.float(), atol=2e-3, rtol=2e-2, msg=name)


def test_a_batch_is_the_same_whenever_it_is_made(prepared):
    from refuse_training.pictures import read_prepared

    samples = read_prepared(prepared)
    (one, truth), (two, again) = Batches(samples, RECIPE)[2], Batches(samples, RECIPE)[2]
    assert torch.equal(one, two)
    assert all(torch.equal(a, b) for x, y in zip(truth, again, strict=True) for a, b in zip(x, y, strict=True))
    assert not torch.equal(one, Batches(samples, RECIPE)[1][0])


def test_the_rate_rises_stays_and_falls():
    recipe = Recipe(steps=100, warm_up=10, decay_steps=40)
    assert rate_share(0, recipe) == pytest.approx(0.1)
    assert all(rate_share(step, recipe) == 1 for step in range(10, 61))
    assert rate_share(80, recipe) == pytest.approx((1 + recipe.final_share) / 2)
    assert rate_share(100, recipe) == pytest.approx(recipe.final_share)
    assert math.isclose(rate_share(80, Recipe(steps=1000, warm_up=10, decay_steps=40)), 1), "a longer plateau changes nothing before it"
