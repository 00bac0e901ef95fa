"""What counts as an alarm, a false one, and a runaway that was recognised; and the threshold that follows."""

import numpy as np
import pytest

from stacks.domains.battery.signals import SIGNALS
from training_containers.tabular.alarms import count_alarms
from training_containers.tabular.metrics import judge
from training_containers.tabular.threshold import Scored, choose_threshold
from training_containers.tabular.windows import Windows

MINUTES = 120
ONSET = 100.5  # minutes


def windows(
    onsets: list[float], *, minutes: int = MINUTES, faulty: tuple[int, ...] = (), horizon: float = 600.0
) -> Windows:
    """One module and group an onset (minutes; inf: none), judged each minute until then."""
    times = [np.arange(minutes)[np.arange(minutes) < onset] * 60.0 for onset in onsets]
    lead = np.concatenate([onset * 60 - time for onset, time in zip(onsets, times, strict=True)])
    series = np.concatenate([np.full(len(time), number) for number, time in enumerate(times)])
    return Windows(
        features=np.zeros((len(lead), 1), np.float32),
        lead=lead,
        series=series,
        group=series,
        time=np.concatenate(times),
        faulty=np.isin(series, faulty),
        horizon=horizon,
        groups=len(onsets),
        signals=SIGNALS,
    )


def positive(judged: Windows, *spans: tuple[int, int]) -> np.ndarray:
    minute = judged.time / 60
    return np.any([(minute >= first) & (minute <= last) for first, last in spans], axis=0)


@pytest.mark.parametrize(
    ("spans", "recognised", "early", "lead_s"),
    [
        pytest.param([(95, 100)], 1, 0, 330.0, id="in-time"),
        pytest.param([(70, 100)], 1, 0, 1830.0, id="early-and-standing"),
        pytest.param([(25, 100)], 1, 1, 4530.0, id="an-hour-too-early-and-standing"),
        pytest.param([(40, 42)], 0, 1, 0.0, id="over-before"),
        pytest.param([(10, 80)], 0, 2, 0.0, id="over-before-in-its-second-hour"),
        pytest.param([(40, 42), (95, 96)], 1, 1, 330.0, id="an-early-one-and-a-true-one"),
        pytest.param([(40, 40), (45, 45), (50, 50)], 0, 1, 0.0, id="pauses-under-ten-minutes-are-one-alarm"),
        pytest.param([(40, 40), (55, 55)], 0, 2, 0.0, id="longer-pauses-are-two"),
        pytest.param([(100, 100)], 0, 0, 0.0, id="half-a-minute-ahead-is-too-late"),
        pytest.param([], 0, 0, 0.0, id="never"),
    ],
)
def test_alarms_of_a_module_that_runs_away(
    spans: list[tuple[int, int]], recognised: int, early: int, lead_s: float
) -> None:
    judged = windows([ONSET])
    alarms = count_alarms(judged, positive(judged, *spans) if spans else np.zeros(len(judged.lead), bool))
    total = alarms.by_group.total()
    assert (total.events, total.recognised, total.early, total.false_alarms) == (1, recognised, early, 0)
    assert alarms.leads.tolist() == [lead_s]


def test_every_alarm_on_a_module_that_does_not_run_away_is_false() -> None:
    judged = windows([np.inf, np.inf])
    metrics = judge_all(judged, judged.time < 120)
    assert metrics["false_alarms"] == 2
    assert metrics["module_hours"] == 4.0
    assert metrics["false_alarms_per_1000_module_hours"] == 500.0


@pytest.mark.parametrize(("stands", "counts"), [(1, 1), (60, 1), (61, 2), (121, 3), (1440, 24)])
def test_a_standing_alarm_counts_each_hour_it_has_begun(stands: int, counts: int) -> None:
    judged = windows([np.inf], minutes=1440)
    assert count_alarms(judged, judged.time < stands * 60).by_group.total().false_alarms == counts


def test_a_detector_that_is_always_on_is_false_every_hour_however_long_the_recording() -> None:
    judged = windows([np.inf] * 10 + [ONSET], minutes=48 * 60)
    metrics = judge_all(judged, np.ones(len(judged.lead), bool))
    assert metrics["hazard_recall"] == 1.0
    assert metrics["false_alarms_per_1000_module_hours"] == 1000.0


def test_sound_and_faulty_modules_are_told_apart() -> None:
    judged = windows([np.inf, np.inf, np.inf, ONSET], faulty=(1, 3))
    metrics = judge_all(judged, (judged.time == 0) & np.isin(judged.series, (0, 1, 3)))
    assert (metrics["false_alarms_sound"], metrics["false_alarms_faulty"], metrics["early_alarms"]) == (1, 1, 1)
    assert metrics["false_alarms_per_1000_module_hours"] == pytest.approx(1000 * 2 / 6)
    assert metrics["false_alarms_per_1000_sound_module_hours"] == pytest.approx(1000 * 1 / 4)
    assert metrics["false_alarms_per_1000_faulty_module_hours"] == pytest.approx(1000 * 1 / 2)
    assert (metrics["module_hours"], metrics["sound_module_hours"]) == (6.0, 4.0)


def judge_all(judged: Windows, alarmed: np.ndarray) -> dict[str, float]:
    return count_alarms(judged, alarmed).metrics()


def test_alarms_do_not_reach_over_modules() -> None:
    judged = windows([ONSET, np.inf])
    total = count_alarms(judged, (judged.time >= 95 * 60) & (judged.series == 0)).by_group.total()
    assert (total.true_alarms, total.false_alarms) == (1, 0)


@pytest.mark.parametrize("trained_for", [300.0, 600.0, 1800.0])
def test_runs_of_any_horizon_are_measured_alike(trained_for: float) -> None:
    """An alarm that ends 20 minutes before the runaway is early, also for a run that learned to warn that early."""
    judged = windows([ONSET], horizon=trained_for)
    total = count_alarms(judged, positive(judged, (70, 80))).by_group.total()
    assert (total.recognised, total.true_alarms, total.early) == (0, 0, 1)


def test_a_runaway_of_which_nothing_could_be_judged_is_missed() -> None:
    judged = windows([ONSET, np.inf])
    blind = Windows(**{**vars(judged), "blind": np.array([1])})
    alarms = count_alarms(blind, positive(blind, (95, 100)) & (blind.series == 0))
    assert alarms.recall() == 0.5
    assert sorted(alarms.leads.tolist()) == [0.0, 330.0]


def test_threshold_lies_between_the_promises() -> None:
    judged = windows([ONSET, ONSET, np.inf])
    scores = np.where(judged.hazard, 0.9, np.where(np.isinf(judged.lead) & (judged.time == 0), 0.5, 0.1))
    scores[judged.hazard & (judged.lead < 100)] = 0.95
    scores[judged.hazard & (judged.lead > 500)] = 0.3
    point = choose_threshold([Scored(judged, scores)], 0.95, 1.0)
    assert point.meets_both
    assert 0.5 < point.threshold <= 0.9
    assert (point.recall, point.false_per_1000_hours) == (1.0, 0.0)


def test_where_both_cannot_be_kept_recall_is() -> None:
    judged = windows([ONSET, np.inf])
    point = choose_threshold([Scored(judged, np.where(judged.hazard, 0.5, 0.6))], 0.95, 1.0)
    assert not point.meets_both
    assert point.recall == 1.0


def test_few_events_prove_little() -> None:
    """Clopper-Pearson of 26 out of 26: 0.025 ** (1 / 26). Garwood of no false alarm: 3.689, in 52 module-hours."""
    judged = windows([ONSET] * 26 + [np.inf] * 26)
    intervals = judge(judged, judged.hazard.astype(float), 0.5).intervals()
    assert intervals["hazard_recall"].low == pytest.approx(0.8677, abs=5e-4)
    assert intervals["hazard_recall"].high == 1.0
    assert intervals["false_alarms_per_1000_module_hours"].low == 0.0
    assert intervals["false_alarms_per_1000_module_hours"].high == pytest.approx(3689 / 52, abs=0.1)


def test_what_differs_between_groups_widens_the_interval() -> None:
    """Each group is one module; half of the runaways are warned of 330 s before, half 90 s."""
    judged = windows([ONSET] * 20 + [np.inf] * 20)
    scores = (judged.lead <= np.where(judged.series % 2, 330.0, 90.0)).astype(float)
    interval = judge(judged, scores, 0.5).intervals()["lead_time_p50_s"]
    assert (interval.low, interval.high) == (90.0, 330.0)


def test_a_difference_is_of_the_same_drawn_groups() -> None:
    """A model that misses what the other finds is worse in every draw; one that equals it never differs."""
    judged = windows([ONSET] * 20 + [np.inf] * 20)
    good = judge(judged, judged.hazard.astype(float), 0.5)
    poor = judge(judged, (judged.hazard & (judged.series % 4 > 0)).astype(float), 0.5)
    same = good.differences(good)
    assert {(interval.low, interval.high) for interval in same.values()} == {(0.0, 0.0)}
    worse = poor.differences(good)
    assert worse["hazard_recall"].high < 0
    assert worse["average_precision"].high < 0
