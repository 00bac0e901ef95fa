"""What the benchmark of the order of labelling counts."""

import pytest

from benchmarks.active_labelling import interval, reaches, summary
from benchmarks.shared.labelling_order import api_order, judged_detection


def test_labels_are_counted_on_straight_lines_to_the_target() -> None:
    assert reaches([0.2, 0.4], [40, 80], 0.3) == pytest.approx(60)
    assert reaches([0.5, 0.6], [40, 80], 0.3) == 40
    assert reaches([0.1, 0.2], [40, 80], 0.3) is None


def test_an_interval_is_students() -> None:
    """t of two degrees of freedom is 4.303 at 97.5 %."""
    found = interval([1.0, 2.0, 3.0])
    assert (found["mean"], found["low"]) == (2.0, pytest.approx(2 - 4.303 / 3**0.5, abs=0.001))


def test_a_seed_that_does_not_reach_the_target_leaves_no_share() -> None:
    curves = [{"uncertain": [0.1, 0.5], "random": [0.1, 0.3]}, {"uncertain": [0.1, 0.2], "random": [0.1, 0.3]}]
    found = summary(curves, [40, 80])
    assert (found["seeds_that_did_not_reach_it"], found["share_of_labels_needed"]) == (1, None)
    assert found["labels_needed_by_seed"] == [60, None]


def test_the_next_labels_are_those_that_the_api_shows() -> None:
    """The least certain, and behind it the other picture of its burst."""
    paths = ["a/1/0.jpg", "a/1/1.jpg", "b/2/0.jpg", "b/3/0.jpg"]
    made = [judged_detection(at, path, at / 10) for at, path in enumerate(paths)]
    assert not any(one.sampled for one in made)
    assert api_order([made[0], made[2], made[3].model_copy(update={"burst": "1", "camera": "a"})], 3) == [3, 0, 2]
