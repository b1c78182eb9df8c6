import math

import numpy as np
import pytest

from scenes import doorway, painter, visitors
from scenes.body import STAND, Looks, body
from scenes.visits import APART, CLIPS, LINE_Y, crossings, visits


@pytest.mark.parametrize("clip", CLIPS.values(), ids=lambda c: c.name)
def test_as_many_cross_as_the_clip_says(clip):
    everyone = visits(clip, 8)
    found = crossings(everyone)
    assert len(found) == pytest.approx(clip.rate * clip.seconds / 60, abs=2)
    assert 0.25 < sum(d == "in" for _, d in found) / len(found) < 0.75
    assert all(0 < t < clip.seconds for t, _ in found)
    assert len(everyone) > len(found), "some do not cross"


@pytest.mark.parametrize("clip", CLIPS.values(), ids=lambda c: c.name)
def test_nobody_walks_through_a_wall_or_far_through_another(clip):
    everyone = visits(clip, 8)
    together = 0
    for t in np.arange(0, clip.seconds, 0.2):
        here = [at for at in (v.at(t) for v in everyone) if at]
        for x, y, _, _ in here:
            assert y <= 0 or any(abs(x - d.x) < d.wide / 2 for d in clip.place.doors)
        together += sum(math.hypot(a[0] - b[0], a[1] - b[1]) < APART for i, a in enumerate(here) for b in here[:i])
    assert together < 0.02 * clip.seconds * 5


@pytest.mark.parametrize("clip", CLIPS.values(), ids=lambda c: c.name)
def test_the_line_is_met_between_its_ends(clip):
    (left, _), (right, _) = clip.line
    for visit in visits(clip, 8):
        for (_, x0, y0), (_, x1, y1) in zip(visit.path, visit.path[1:]):
            if (y0 < LINE_Y) != (y1 < LINE_Y):
                x = x0 + (LINE_Y - y0) / (y1 - y0) * (x1 - x0)
                assert left < x < right


def test_who_is_behind_the_wall_is_seen_through_the_door_alone():
    place = CLIPS["entrance-day"].place
    view = painter.View(place.camera, place.size)
    veils = doorway.openings(view, place.doors)
    assert doorway.veil(veils, place.doors, 0.0, -0.5) is None
    hidden = doorway.veil(veils, place.doors, 0.0, 0.5)
    (inside, beside), _ = view.project(np.array([[0.0, 0, 1.0], [1.5, 0, 1.0]]))
    assert hidden[int(inside[1]), int(inside[0])] == 0
    assert hidden[int(beside[1]), int(beside[0])] == 1


def test_a_body_stands_on_the_ground_with_its_head_on_top():
    for looks in (Looks(), Looks(tall=1.1), Looks(tall=1.85, hat=(0.1, 0.1, 0.1))):
        for phase in (STAND, 0.0, 0.3, 0.6):
            corners, normals, _, head = painter.placed(body(looks, phase), 2.0, -1.0, 0.7)
            assert -0.03 < corners[:, :, 2].min() < 0.1
            assert head[2] == pytest.approx(looks.tall * 0.935, abs=0.12)
            assert math.hypot(head[0] - 2, head[1] + 1) < 0.25
            assert np.linalg.norm(normals, axis=1) == pytest.approx(1, abs=1e-6)


def test_a_visitor_is_laid_with_feet_and_head_where_the_camera_sees_them():
    place = CLIPS["entrance-day"].place
    view = painter.View(place.camera, place.size)
    looks = Looks()
    pose, mirrored = visitors.nearest(view, 0.3, -1.5, 0.2, None, looks.tall)
    layer = np.zeros((visitors.VISITOR_SIZE[1], visitors.VISITOR_SIZE[0], 4), np.uint8)
    layer[60:200, 70:110] = (10, 200, 30, 255)
    picture = np.full((place.size[1], place.size[0], 3), 100, np.float32)
    _, head = visitors.lay(picture, layer, pose, looks, view, 0.3, -1.5, 0.2, mirrored, (1, 1, 1))
    (foot,), _ = view.project(np.array([[0.3, -1.5, 0.0]]))
    assert head[1] < foot[1] - 40
    middle = (np.array(head) + foot) / 2
    assert picture[int(middle[1]), int(middle[0])].tolist() == pytest.approx([10, 200, 30], abs=3)
