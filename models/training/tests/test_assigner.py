import torch

from refuse_training.assigner import CLAIMS, QUALITY_POWER, assign, iou_matrix
from refuse_training.network import anchor_points

POINTS, STRIDES = anchor_points(96, 128)


def predict(truth, spread=0.0):
    """Boxes as a good network predicts them: every cell the first box of the truth that holds it, off by `spread` pixels."""
    boxes = torch.cat((POINTS - STRIDES[:, None], POINTS + STRIDES[:, None]), 1)
    for gt in reversed(truth):
        inside = ((POINTS >= gt[:2]) & (POINTS <= gt[2:])).all(1)
        boxes[inside] = gt + spread
    return boxes


def test_iou_of_known_boxes():
    a = torch.tensor([[0.0, 0, 10, 10], [0, 0, 0, 0]])
    b = torch.tensor([[5.0, 0, 15, 10], [0, 0, 10, 10], [20, 20, 30, 30]])
    torch.testing.assert_close(iou_matrix(a, b), torch.tensor([[1 / 3, 1.0, 0.0], [0.0, 0.0, 0.0]]), atol=1e-5, rtol=0)


def test_no_boxes_no_owner():
    owner, quality = assign(POINTS, STRIDES, predict([]), torch.rand(len(POINTS), 3), torch.zeros(0, 4), torch.zeros(0, dtype=torch.long))
    assert (owner == -1).all() and (quality == 0).all()


def test_every_box_gets_cells_inside_it_and_the_best_asks_for_its_iou():
    truth = torch.tensor([[8.0, 8, 56, 72], [72.0, 16, 120, 88]])
    boxes = predict(truth, spread=2.0)
    owner, quality = assign(POINTS, STRIDES, boxes, torch.full((len(POINTS), 3), 0.3), truth, torch.tensor([0, 2]))
    for g in range(2):
        mine = owner == g
        assert 1 <= mine.sum() <= CLAIMS
        assert ((POINTS[mine] > truth[g, :2]) & (POINTS[mine] < truth[g, 2:])).all()
        torch.testing.assert_close(quality[mine].max(), iou_matrix(truth[g:g + 1], boxes[mine]).max() ** QUALITY_POWER, atol=1e-4, rtol=0)


def test_a_box_smaller_than_a_cell_is_answered_for():
    truth = torch.tensor([[16.2, 16.2, 19.8, 19.8]])
    owner, _ = assign(POINTS, STRIDES, predict(truth), torch.full((len(POINTS), 3), 0.01), truth, torch.tensor([1]))
    assert (owner == 0).any()


def test_the_right_class_claims_more():
    truth = torch.tensor([[0.0, 0, 96, 96]])
    scores = torch.full((len(POINTS), 3), 0.01)
    favourite = int(((POINTS - 48).abs().sum(1) + 100 * (STRIDES != 16)).argmin())
    scores[favourite, 1] = 0.9
    boxes = truth.expand(len(POINTS), 4)
    owner, quality = assign(POINTS, STRIDES, boxes, scores, truth, torch.tensor([1]))
    assert owner[favourite] == 0 and quality[favourite] == quality.max()
    other, _ = assign(POINTS, STRIDES, boxes, scores, truth, torch.tensor([0]))
    assert (other == 0).sum() == CLAIMS
