"""Counts by hand: alarms, fires found, delays; and intervals that follow the groups."""

from pathlib import Path

import numpy as np
import pytest

from training_containers.ensemble.judged import Judged, decisions_of
from training_containers.ensemble.store import Shard
from training_containers.ensemble.threshold import threshold_for


def shard(site, hazard, zone=None, end=None, burning=None):
    count = len(hazard)
    return Shard(
        folder=Path(),
        group=site,
        block="day",
        start_s=0.0,
        zones=("a", "b"),
        zone=np.zeros(count, np.int16) if zone is None else np.array(zone, np.int16),
        end=np.arange(count, dtype=np.int32) if end is None else np.array(end, np.int32),
        hazard=np.array(hazard, bool),
        burning=np.zeros(count, np.int32) if burning is None else np.array(burning, np.int32),
    )


@pytest.fixture
def decisions():
    one = shard("x", [0, 1, 1, 1, 0, 0, 1, 1, 0, 0])
    # zone a burns to the end of its recording, zone b from its start: two events, though they are side by side
    other = shard("y", [0, 0, 0, 1, 1, 1, 0, 0], zone=[0, 0, 0, 0, 1, 1, 1, 1], end=[0, 1, 2, 3, 0, 1, 2, 3])
    return decisions_of([one, other], step_s=10.0)


def test_events_are_runs_of_one_zone(decisions):
    assert decisions.events.first.tolist() == [1, 6, 13, 14]
    assert decisions.events.last.tolist() == [3, 7, 13, 15]
    assert decisions.events.group.tolist() == [0, 0, 1, 1]


def test_a_gap_in_what_was_judged_ends_an_event():
    found = decisions_of([shard("x", [1, 1, 1], end=[0, 1, 5])], 10.0)

    assert found.events.first.tolist() == [0, 2]


def test_metrics_are_what_one_counts(decisions):
    #                        x: 0  1  1  1  0  0  1  1  0  0   y: 0  0  0  1  1  1  0  0
    probability = np.array([0, 0, 0.9, 0, 0.8, 0, 0, 0, 0, 0] + [0, 0, 0, 0.7, 0.6, 0, 0, 0.0])

    metrics = Judged.at(decisions, probability, 0.5).metrics()

    assert metrics["false_positive_rate"] == pytest.approx(1 / 10)
    assert metrics["recall"] == pytest.approx(3 / 8)
    assert metrics["event_recall"] == pytest.approx(3 / 4)
    assert metrics["accuracy"] == pytest.approx(12 / 18)
    # delays: 10 s; missed, so its whole 20 s; 0; 0
    assert metrics["detection_delay_p50_s"] == pytest.approx(5)
    assert metrics["detection_delay_p90_s"] == pytest.approx(17)
    assert metrics["events"] == 4


def test_the_delay_counts_from_the_ignition_not_from_the_first_decision():
    found = decisions_of([shard("x", [0, 1, 1], end=[5, 11, 17], burning=[0, 4, 10])], 10.0, every=6)

    metrics = Judged.at(found, np.array([0, 0, 1.0]), 0.5).metrics()

    assert metrics["detection_delay_p50_s"] == 10 * 10
    assert metrics["events"] == 1


def test_an_alarm_after_the_fire_does_not_find_it(decisions):
    alarm = np.zeros(18)
    alarm[[4, 8]] = 1

    assert Judged.at(decisions, alarm, 0.5).metrics()["event_recall"] == 0


def test_average_precision_of_draws_is_the_exact_one():
    rng = np.random.default_rng(0)
    hazards = [rng.random(4000) < 0.05 for _ in range(8)]
    found = decisions_of([shard(str(number), hazard) for number, hazard in enumerate(hazards)], 10.0)
    probability = rng.random(32_000) * 0.6 + 0.4 * found.hazard
    judged = Judged.at(found, probability, 0.5)

    exact = judged.metrics()["average_precision"]
    interval = judged.intervals()["average_precision"]
    every = judged._measures()["average_precision"](np.arange(8))

    assert every == pytest.approx(exact, abs=0.01)
    assert interval.low < exact < interval.high


def test_intervals_are_wider_where_groups_differ():
    calm = [np.zeros(1000, bool) for _ in range(10)]
    for hazard in calm:
        hazard[0] = True
    found = decisions_of([shard(str(number), hazard) for number, hazard in enumerate(calm)], 10.0)
    in_one, everywhere = np.zeros(10_000), np.zeros(10_000)
    in_one[1:101] = 1
    everywhere[np.arange(100) * 100 + 1] = 1

    width = [
        interval.high - interval.low
        for interval in (Judged.at(found, one, 0.5).intervals()["false_positive_rate"] for one in (in_one, everywhere))
    ]

    assert width[0] > 3 * width[1]


def test_a_detector_does_not_differ_from_itself(decisions):
    judged = Judged.at(decisions, np.linspace(0, 1, 18), 0.5)

    assert all(gap.low == gap.high == 0 for gap in judged.differences(judged).values())


@pytest.mark.parametrize("rate", [0.001, 0.01, 0.2])
def test_the_threshold_keeps_the_rate_and_wastes_none(rate):
    rng = np.random.default_rng(2)
    hazard = rng.random(5000) < 0.1
    weight = rng.random(5000).astype(np.float32) + 0.5
    probability = np.round(rng.random(5000), 3)

    threshold = threshold_for(probability, hazard, weight, rate)

    calm = ~hazard
    share = weight[calm & (probability >= threshold)].sum() / weight[calm].sum()
    assert share <= rate
    below = probability[calm & (probability < threshold)].max()
    assert weight[calm & (probability >= below)].sum() / weight[calm].sum() > rate


def test_calm_answers_that_are_all_alike_leave_a_threshold_above_them():
    probability = np.array([0.3, 0.3, 0.3, 0.3])

    assert threshold_for(probability, np.array([False] * 3 + [True]), np.ones(4, np.float32), 0.01) > 0.3


def test_a_rate_is_kept_where_too_many_calm_answers_are_certain():
    probability = np.array([1.0] * 10 + [0.2] * 10)
    hazard = np.arange(20) % 2 == 0

    threshold = threshold_for(probability, hazard, np.ones(20, np.float32), 0.01)

    assert not (probability >= threshold).any()


def test_exactly_the_allowed_share_of_calm_answers_may_lie_above_the_threshold():
    """One of 1,000 at a rate of 0.001, which single precision takes for more."""
    calm, hazard = np.r_[0.9, np.zeros(999)], np.array([0.5])
    weight = np.ones(1001, np.float32)
    threshold = threshold_for(np.r_[calm, hazard], np.arange(1001) == 1000, weight, 0.001)

    assert (calm >= threshold).sum() == 1
    assert (hazard >= threshold).all()
