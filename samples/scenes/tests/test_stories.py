from dataclasses import replace

import numpy as np
import pytest

from scenes.catalogue import STORIES
from scenes.compose import backdrop
from scenes.model import Segment, Shown
from scenes.sensor import Sensor
from scenes.truth import check, truth


@pytest.mark.parametrize("story", STORIES.values(), ids=lambda s: s.name)
def test_each_story_can_be_cut_and_looped(story):
    check(story)
    stills = {still.name for still in story.stills}
    assert {shown.still for shown in story.shown} <= stills and story.shown[0].at == 0
    for event in story.events:
        assert 0 <= event.start < event.end <= story.seconds and event.at in stills
    for fault in story.faults:
        assert 0 <= fault.start < fault.end <= story.seconds


@pytest.mark.parametrize("story", STORIES.values(), ids=lambda s: s.name)
def test_a_borrowed_still_is_the_same_state_of_the_same_place(story):
    for still in story.stills:
        if still.of:
            lender = STORIES[still.of]
            assert lender.place is story.place and lender.still(still.name) == replace(still, of="")


def test_a_segment_between_key_frames_is_refused():
    story = STORIES["clean-quiet"]
    with pytest.raises(ValueError, match="key frames"):
        check(replace(story, segments=(Segment("clean", 0, 61, True),)))


def test_one_still_fades_into_the_next():
    stills = {"a": np.zeros((2, 2, 3), np.float32), "b": np.full((2, 2, 3), 100, np.float32)}
    shown = (Shown(0, "a"), Shown(10, "b", fade=2.0))
    assert [backdrop(shown, stills, t).max() for t in (0, 9.9, 10, 11, 12, 50)] == pytest.approx([0, 0, 0, 50, 100, 100])


def test_light_returns_where_a_loop_ends_and_no_two_pictures_are_alike():
    story = replace(STORIES["clean-quiet"], noise=0.0)
    sensor = Sensor(story)
    picture = np.full((360, 640, 3), 120, np.float32)
    first, last = sensor.seen(picture, 0, 0.0).astype(int), sensor.seen(picture, 0, story.seconds).astype(int)
    assert np.abs(first - last).max() <= 1
    noisy = Sensor(STORIES["clean-quiet"])
    assert (noisy.seen(picture, 1, 0.2) != noisy.seen(picture, 2, 0.2)).mean() > 0.3


def test_the_truth_names_fractions_and_the_loops():
    told = truth(STORIES["overflow-from-start"], lambda still: {f"bin{i}": [0.1 * i, 0.2, 0.1, 0.3] for i in range(4)}, [(2.0, [0, 0, 1, 1])])
    assert told["events"][0] == {"kind": "overflow", "from": 0.0, "to": 62.6, "box": [0.1, 0.2, 0.1, 0.3]}
    assert [s.get("loop", False) for s in told["segments"]] == [True, False, True]
    assert told["faults"] == []
    assert told["people"] == [{"t": 2.0, "box": [0, 0, 1, 1]}]


def test_the_truth_names_the_faults_of_the_view():
    told = truth(STORIES["covered"], lambda still: {"litter": [0.4, 0.4, 0.3, 0.2]}, [])
    assert told["faults"] == [{"fault": "covered", "from": 51.0, "to": 91.6}]
