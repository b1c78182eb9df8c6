import pytest
import torch

from refuse_training.loss import complete_iou, detection_loss
from refuse_training.network import anchor_points

POINTS, STRIDES = anchor_points(64, 64)
TRUTH = (torch.tensor([[8.0, 8, 40, 56]]), torch.tensor([1]))


def batch(logit_right, logit_wrong=-6.0, shift=0.0):
    """One picture in which every cell inside the box predicts it, `shift` pixels off."""
    inside = ((POINTS > TRUTH[0][0, :2]) & (POINTS < TRUTH[0][0, 2:])).all(1)
    boxes = torch.cat((POINTS - 4, POINTS + 4), 1)
    boxes[inside] = TRUTH[0][0] + shift
    logits = torch.full((len(POINTS), 3), logit_wrong)
    logits[inside, 1] = logit_right
    return boxes[None].requires_grad_(), logits[None].requires_grad_()


def test_equal_boxes_have_complete_iou_one_and_apart_less_than_zero():
    a = torch.tensor([[0.0, 0, 10, 20], [0, 0, 10, 20]])
    b = torch.tensor([[0.0, 0, 10, 20], [30, 0, 40, 20]])
    value = complete_iou(a, b)
    assert value[0] == pytest.approx(1, abs=1e-5)
    assert value[1] < 0


def test_complete_iou_by_hand():
    # Same shape, moved by half its width: IoU 1/3, hull 15 x 10, distance 5: 1/3 - 25 / 325.
    assert complete_iou(torch.tensor([[0.0, 0, 10, 10]]), torch.tensor([[5.0, 0, 15, 10]])).item() == pytest.approx(1 / 3 - 25 / 325, abs=1e-5)


def wanted(boxes):
    """The scores that the loss asks for, found by gradient: descending on logits alone until nothing pulls any more."""
    logits = torch.zeros((1, len(POINTS), 3), requires_grad=True)
    for _ in range(400):
        score_loss, _ = detection_loss(boxes, logits, [TRUTH], POINTS, STRIDES)
        (gradient,) = torch.autograd.grad(score_loss, logits)
        logits = (logits - 40 * gradient).detach().requires_grad_()
    return logits.sigmoid()[0]


def test_boxes_that_fit_cost_less():
    good, far = ([part.item() for part in detection_loss(*batch(0.0, shift=s), [TRUTH], POINTS, STRIDES)] for s in (0.0, 5.0))
    assert good[1] == pytest.approx(0, abs=1e-4)
    assert far[1] > 0.2


def test_a_score_comes_to_say_how_well_its_box_fits():
    boxes = batch(0.0)[0].detach()
    inside = ((POINTS > TRUTH[0][0, :2]) & (POINTS < TRUTH[0][0, 2:])).all(1)
    scores = wanted(boxes)
    assert scores[inside, 1].max() > 0.8
    assert scores[~inside].max() < 0.2 and scores[:, [0, 2]].max() < 0.2


def test_false_refuse_on_an_empty_picture_costs_and_is_pushed_down():
    nothing = (torch.zeros(0, 4), torch.zeros(0, dtype=torch.long))
    boxes, logits = batch(3.0)
    score_loss, box_loss = detection_loss(boxes, logits, [nothing], POINTS, STRIDES)
    score_loss.backward()
    assert score_loss > 1 and box_loss == 0
    assert (logits.grad >= 0).all()


def test_gradients_reach_boxes_and_scores():
    boxes, logits = batch(0.0, shift=3.0)
    sum(detection_loss(boxes, logits, [TRUTH], POINTS, STRIDES)).backward()
    assert boxes.grad.abs().sum() > 0 and logits.grad.abs().sum() > 0
    assert torch.isfinite(boxes.grad).all() and torch.isfinite(logits.grad).all()
