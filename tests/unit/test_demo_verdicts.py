"""What a reviewer who knows the boxes says of those that a model told of."""

import pytest

from inference.contracts.boxes import LabelledBox
from inference.contracts.reviews import Answered, ReviewRequest
from sandbox.demo.verdicts import match, verdict


def box(x: float, label: str = "deer", y: float = 10) -> LabelledBox:
    return LabelledBox(x=x, y=y, width=20, height=20, label=label)


@pytest.mark.parametrize(
    ("told", "truth", "said", "carries"),
    [
        ([], [], "correct", False),
        ([box(11)], [box(10)], "correct", False),
        ([box(10)], [], "false_positive", False),
        ([], [box(10)], "missed", True),
        ([box(10)], [box(10), box(60)], "missed", True),
        ([box(40)], [box(10)], "corrected", True),
        ([box(10), box(60)], [box(10)], "corrected", True),
        ([box(10, "dog")], [box(10)], "corrected", True),
    ],
)
def test_a_verdict_follows_from_the_boxes_and_the_api_would_take_it(
    told: list[LabelledBox], truth: list[LabelledBox], said: str, carries: bool
) -> None:
    found, boxes = verdict(told, truth)

    assert (found, boxes) == (said, tuple(truth) if carries else None)
    request = ReviewRequest(review_id="review-0001", revision=0, verdict=found, boxes=boxes)
    if said != "correct":
        assert request.truth(Answered(boxes=(), threshold=0.5)).boxes == tuple(truth)


def test_one_thing_is_found_once() -> None:
    held = match([box(10), box(12)], [box(10)])

    assert held.found == (box(10),)
    assert held.false == (box(12),)


def test_of_two_things_each_box_takes_the_one_that_it_overlaps_most() -> None:
    held = match([box(14), box(10)], [box(10), box(15)])

    assert (len(held.found), held.false, held.missed) == (2, (), ())
