import cv2
import numpy as np
import pytest
import torch

from people_training import HEIGHT, STRIDE, WIDTH
from people_training.evaluate import match
from people_training.export import ROWS, export
from people_training.loss import loss, targets
from people_training.network import REACH, Heads
from people_training.pictures import BadLabels, find, letterbox, load
from people_training.train import Batches, Recipe, rate_share, train

RECIPE = Recipe(steps=3, batch=2, warm_up=1)


@pytest.fixture
def folder(tmp_path):
    rng = np.random.default_rng(1)
    (tmp_path / "images").mkdir()
    (tmp_path / "labels").mkdir()
    for k in range(4):
        cv2.imwrite(str(tmp_path / "images" / f"{k}.jpg"), rng.integers(0, 255, (360, 640, 3), np.uint8))
        (tmp_path / "labels" / f"{k}.txt").write_text("0.5 0.4 0.45 0.35 0.1 0.4 1.0\n0.2 0.4 0.15 0.35 0.1 0.4 0.2\n")
    return tmp_path


def test_labels_lie_in_the_input_as_the_picture_does(folder):
    picture, heads, boxes, sure = load(find([folder])[0])
    assert picture.shape == (3, HEIGHT, WIDTH) and (picture[:, :6] == 114).all()
    assert heads[0].tolist() == pytest.approx([160, 6 + 72])
    assert boxes[0].tolist() == pytest.approx([144, 6 + 63, 176, 6 + 135], abs=1e-3)
    assert sure.tolist() == [True, False]


def test_a_picture_of_another_shape_is_scaled_to_fit():
    assert letterbox(np.zeros((576, 704, 3), np.uint8)).shape == (3, HEIGHT, WIDTH)


def test_bad_labels_are_named_with_their_line(folder):
    (folder / "labels" / "1.txt").write_text("0.5 0.4 0.45 0.35 0.1 0.4 1.0\n0.5 2\n")
    with pytest.raises(BadLabels, match="1.txt, line 2"):
        find([folder])
    with pytest.raises(BadLabels, match="no labelled pictures"):
        find([folder / "nowhere"])


def test_a_head_is_one_cell_and_a_doubtful_one_is_not_asked_for():
    t = targets(np.float32([[161, 79], [40, 40]]), np.float32([[144, 69, 176, 141], [30, 36, 50, 110]]), np.array([True, False]))
    assert t["cells"].tolist() == [[40, 19]] and t["heat"][19, 40] == 1 and t["heat"].max() == 1
    assert t["asked"][19, 40] == 1 and t["asked"][10, 10] == 0 and t["asked"][40, 70] == 1
    assert t["sides"][0, 2:].tolist() == pytest.approx([17 / REACH, 10 / REACH, 15 / REACH, 62 / REACH])


def test_the_loss_is_least_at_the_truth():
    t = targets(np.float32([[161, 79]]), np.float32([[144, 69, 176, 141]]), np.array([True]))
    heat, asked, wanted = (torch.from_numpy(t[name])[None] for name in ("heat", "asked", "sides"))
    where = torch.tensor([[0, 40, 19]])
    right = torch.where(heat > 0.99, 8.0, -8.0)[:, None]
    sides = torch.zeros(1, 6, HEIGHT // STRIDE, WIDTH // STRIDE)
    sides[0, :, 19, 40] = wanted[0, 0]
    best = sum(loss(right, sides, heat, asked, where, wanted[0]))
    assert best < 0.01
    assert sum(loss(-right, sides, heat, asked, where, wanted[0])) > best + 1
    assert sum(loss(right, sides + 1, heat, asked, where, wanted[0])) > best + 1
    nobody = loss(right, sides, torch.zeros_like(heat), asked, torch.zeros(0, 3, dtype=torch.long), torch.zeros(0, 6))
    assert nobody[1] == 0


def test_training_that_stops_after_every_step_ends_where_one_without_a_stop_ends(folder, tmp_path):
    whole = torch.load(train([folder], tmp_path / "whole", RECIPE), weights_only=True)["ema"]
    for _ in range(RECIPE.steps):
        last = train([folder], tmp_path / "bits", RECIPE, minutes=0)
    bits = torch.load(last, weights_only=True)["ema"]
    for name, tensor in whole.items():
        torch.testing.assert_close(bits[name].float(), tensor.float(), atol=3e-3, rtol=3e-2, msg=name)


def test_a_batch_is_the_same_whenever_it_is_made(folder):
    batches = Batches(find([folder]), RECIPE)
    one, again = batches[1], batches[1]
    assert all(torch.equal(one[name], again[name]) for name in one)
    assert rate_share(0, RECIPE) == 1 and rate_share(RECIPE.steps, RECIPE) == pytest.approx(RECIPE.final_share)


def test_the_exported_file_gives_rows_best_first(tmp_path):
    torch.manual_seed(1)
    torch.save({"ema": Heads().state_dict()}, tmp_path / "ema.pt")
    path = export(tmp_path / "ema.pt", tmp_path)
    rows = torch.jit.load(str(path))(torch.randint(0, 256, (1, 3, HEIGHT, WIDTH), dtype=torch.uint8))
    assert rows.shape == (ROWS, 7)
    assert (rows[:-1, 0] >= rows[1:, 0]).all()
    assert path.stat().st_size < 4_000_000


def test_doubtful_heads_count_for_nobody():
    heads, boxes = np.float32([[50, 50], [100, 50]]), np.float32([[40, 45, 60, 145], [90, 45, 110, 145]])
    rows = np.float32([[0.9, 52, 50, 0, 0, 0, 0], [0.8, 100, 52, 0, 0, 0, 0], [0.7, 200, 50, 0, 0, 0, 0], [0.6, 51, 51, 0, 0, 0, 0]])
    pairs, wrong = match(rows, heads, boxes, np.array([True, False]))
    assert [i for _, i in pairs] == [0] and wrong == 2
