"""What counts as an alarm, a false one, and a runaway that was recognised; and the threshold that follows."""

import numpy as np
import pytest

from training_containers.tabular.alarms import Alarms, count_alarms
from training_containers.tabular.threshold import Scored, choose_threshold
from training_containers.tabular.windows import Windows

MINUTES = 120
ONSET = 100.5  # minutes


def windows(onsets: list[float]) -> Windows:
    """One module an onset (minutes; inf: none), judged each minute until then."""
    times = [np.arange(MINUTES)[np.arange(MINUTES) < onset] * 60.0 for onset in onsets]
    lead = np.concatenate([onset * 60 - time for onset, time in zip(onsets, times, strict=True)])
    series = np.concatenate([np.full(len(time), number) for number, time in enumerate(times)])
    return Windows(np.zeros((len(lead), 1), np.float32), lead, series, series, np.concatenate(times), 600.0)


def positive(judged: Windows, *spans: tuple[int, int]) -> np.ndarray:
    minute = judged.time / 60
    return np.any([(minute >= first) & (minute <= last) for first, last in spans], axis=0)


@pytest.mark.parametrize(
    ("spans", "recognised", "false_alarms", "lead_s"),
    [
        pytest.param([(95, 100)], 1, 0, 330.0, id="in-time"),
        pytest.param([(70, 100)], 1, 0, 1830.0, id="early-and-standing"),
        pytest.param([(40, 42)], 0, 1, 0.0, id="over-before"),
        pytest.param([(40, 42), (95, 96)], 1, 1, 330.0, id="a-false-one-and-a-true-one"),
        pytest.param([(40, 40), (45, 45), (50, 50)], 0, 1, 0.0, id="pauses-under-ten-minutes-are-one-alarm"),
        pytest.param([(40, 40), (55, 55)], 0, 2, 0.0, id="longer-pauses-are-two"),
        pytest.param([(100, 100)], 0, 0, 0.0, id="half-a-minute-ahead-is-too-late"),
        pytest.param([], 0, 0, 0.0, id="never"),
    ],
)
def test_alarms_of_a_failing_module(
    spans: list[tuple[int, int]], recognised: int, false_alarms: int, lead_s: float
) -> None:
    judged = windows([ONSET])
    alarms = count_alarms(judged, positive(judged, *spans) if spans else np.zeros(len(judged.lead), bool))
    assert (alarms.events, alarms.recognised, alarms.false_alarms) == (1, recognised, false_alarms)
    assert alarms.leads == (lead_s,)


def test_every_alarm_on_a_healthy_module_is_false() -> None:
    judged = windows([np.inf, np.inf])
    alarms = count_alarms(judged, judged.time < 120)
    assert alarms.false_alarms == 2
    assert alarms.module_hours == 4.0
    assert alarms.false_per_1000_hours == 500.0


def test_alarms_do_not_reach_over_modules() -> None:
    judged = windows([ONSET, np.inf])
    alarms = count_alarms(judged, (judged.time >= 95 * 60) & (judged.series == 0))
    assert (alarms.true_alarms, alarms.false_alarms) == (1, 0)


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


@pytest.mark.parametrize(
    ("recognised", "events", "false_alarms", "hours", "recall", "rate"),
    [
        # Clopper-Pearson of 26 out of 26: 0.025 ** (1 / 26). Garwood of 0 and of 2: 3.689 and 7.225.
        (26, 26, 0, 1000.0, 0.8677, 3.689),
        (0, 5, 2, 4000.0, 0.0, 1.806),
        (9, 10, 2, 1000.0, 0.5550, 7.225),
    ],
)
def test_few_events_prove_little(
    recognised: int, events: int, false_alarms: int, hours: float, recall: float, rate: float
) -> None:
    metrics = Alarms(events, recognised, recognised, false_alarms, (0.0,) * events, hours).metrics()
    assert metrics["hazard_recall_at_least"] == pytest.approx(recall, abs=5e-4)
    assert metrics["false_alarms_per_1000_module_hours_at_most"] == pytest.approx(rate, abs=5e-3)
