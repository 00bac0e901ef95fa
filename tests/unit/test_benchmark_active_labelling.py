"""What the benchmark of the order of labelling counts, and that its orders are what they say."""

import math
import random

import pytest

from benchmarks.shared.labelling_order import api_order, judged_detection, whole_bursts
from benchmarks.shared.labelling_summary import interval, reaches, summary
from benchmarks.shared.labelling_table import page, verdict
from inference.contracts.reviews import Detection


def test_labels_are_counted_on_straight_lines_to_the_target() -> None:
    assert reaches([0.2, 0.4], [40, 80], 0.3) == pytest.approx(60)
    assert reaches([0.5, 0.6], [40, 80], 0.3) == 40
    assert math.isinf(reaches([0.1, 0.2], [40, 80], 0.3))


def test_an_interval_is_students() -> None:
    """t of two degrees of freedom is 4.303 at 97.5 %."""
    found = interval([1.0, 2.0, 3.0])
    assert (found["mean"], found["low"]) == (2.0, pytest.approx(2 - 4.303 / 3**0.5, abs=0.001))


def curves(*seeds: tuple[float, float]) -> list[dict[str, list[float]]]:
    """Of each seed what the two have with all labels; random has 0.3, and all begin with 0.1."""
    return [{"first_of_burst": [0.1, one], "whole_bursts": [0.1, other], "random": [0.1, 0.3]} for one, other in seeds]


def test_an_order_that_always_gains_needs_fewer_labels_and_one_that_loses_more_than_there_were() -> None:
    found = summary(curves((0.5, 0.2), (0.5, 0.2), (0.5, 0.2)), [0, 80])
    ours, theirs = found["first_of_burst"], found["whole_bursts"]
    assert ours["labels_for_the_ap_of_all_random_ones"] == {"labels": 40, "low": 40, "high": 40}
    assert theirs["labels_for_the_ap_of_all_random_ones"] == {"labels": None, "low": None, "high": None}
    assert ours["ap_more_than_whole_bursts_on_average"] == {"mean": 0.3, "low": 0.3, "high": 0.3}
    assert "better than random" in verdict(ours, 80)
    assert "worse than random. What 80 random labels reach took more than 80 labels" in verdict(theirs, 80)


def test_what_seeds_disagree_on_is_not_called_a_gain() -> None:
    found = summary(curves((0.5, 0.3), (0.2, 0.3), (0.3, 0.3)), [0, 80])
    known = {"at": "now", "machine": "one", "took_s": {"processor": 1}, "seeds": 3, "first": 1, "pool": 2, "test": 3}
    told = page({**known, "labels": [80], "steps_again": 9, "ap": found, "ap50": found})
    assert "better than random" not in told
    assert told.count("no difference from random is shown") == 4


@pytest.fixture(scope="module")
def bursts() -> list[Detection]:
    luck, made = random.Random(3), list[Detection]()
    for event in range(60):
        for shot in range(luck.randint(1, 5)):
            path = f"camera-{event % 4}/{event}/{shot}.jpg"
            made.append(judged_detection(len(made), path, round(luck.random(), 3)))
    assert any(one.sampled for one in made)
    return made


def test_the_next_labels_are_those_that_the_api_shows_one_of_each_burst_first(bursts: list[Detection]) -> None:
    ours, theirs = ({bursts[number].burst for number in order(bursts, 40)} for order in (api_order, whole_bursts))
    assert len(ours) > 1.5 * len(theirs)
    assert sorted(api_order(bursts, len(bursts))) == list(range(len(bursts)))


def test_the_peer_shows_whole_bursts_as_the_api_does_where_none_stands_for_its_burst(bursts: list[Detection]) -> None:
    followers = [one.model_copy(update={"follows": True}) for one in bursts]
    assert whole_bursts(bursts, len(bursts)) == api_order(followers, len(bursts))
