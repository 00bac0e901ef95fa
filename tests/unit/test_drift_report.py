"""When captures are called drifted: hardly ever without drift, always with a clear one."""

import json
from datetime import timedelta

import numpy as np
import pytest

from inference.contracts import Bins
from lambdas.common.psi import psi_by_chance
from lambdas.drift_monitor.logic import report
from lambdas.drift_monitor.models import DriftSpec
from lambdas.drift_monitor.window import Window, hours, spread
from tests.unit.drift_harness import NOW, RELEASE, SINCE, baseline, filled, line

SPEC = DriftSpec()


@pytest.mark.parametrize(("items", "captures", "features"), [(50, 500, 20), (200, 500, 40), (2000, 5000, 5)])
def test_windows_without_drift_hardly_ever_raise_an_alarm(items: int, captures: int, features: int) -> None:
    """Each with a baseline of its own, since a baseline's luck is the same in all of its windows."""
    draw = np.random.default_rng(items)
    alarms = 0
    for _ in range(40):
        known = baseline(draw, items, features)
        alarms += report("cats", filled(draw, known, captures), known, SPEC).status == "drifted"
    assert alarms == 0


def test_windows_with_a_clear_shift_of_one_score_always_do_and_name_it() -> None:
    draw = np.random.default_rng(1)
    for _ in range(50):
        known = baseline(draw, features=20)
        found = report("cats", filled(draw, known, shift=1.0), known, SPEC)
        assert (found.status, found.shifts[0].kind, found.shifts[0].name) == ("drifted", "score", "cat")
        assert "score cat" in found.why


def test_a_bound_of_two_tenths_alone_would_call_chance_a_drift() -> None:
    """Why chance is taken into account: with few items of a baseline, PSI exceeds 0.2 by itself."""
    draw = np.random.default_rng(2)
    psis = []
    for _ in range(50):
        known = baseline(draw, items=50)
        psis += [one.psi or 0 for one in report("cats", filled(draw, known), known, SPEC).shifts]
    assert np.mean(np.array(psis) > 0.2) > 0.1


def test_items_of_one_request_are_no_evidence_of_their_own() -> None:
    draw = np.random.default_rng(3)
    known = baseline(draw)
    assert report("cats", filled(draw, known, shift=2.0, one_request=True), known, SPEC).status == "stable"


def test_too_few_captures_are_told_and_not_judged() -> None:
    draw = np.random.default_rng(4)
    known = baseline(draw)
    found = report("cats", filled(draw, known, captures=499, shift=3.0), known, SPEC)
    assert (found.status, {one.psi for one in found.shifts}) == ("too_few", {None})
    assert found.why == "499 captures of r1-abcdef; 500 are needed."


def test_a_score_that_nobody_captured_is_not_judged_and_hides_nothing() -> None:
    draw = np.random.default_rng(5)
    known = baseline(draw)
    window = filled(draw, known, shift=2.0)
    window.features["f1"] = [float("nan")] * 500
    found = report("cats", window, known, SPEC)
    (silent,) = (one for one in found.shifts if one.name == "f1")
    assert (found.status, silent.values, silent.psi, silent.actual) == ("drifted", 0, None, ())


def test_the_report_says_all_that_a_chart_needs() -> None:
    draw = np.random.default_rng(6)
    known = baseline(draw)
    found = report("cats", filled(draw, known), known, SPEC)
    assert found.labels == {"cat": (0.75, 1.0), "empty": (0.25, 0.0)}
    for one in found.shifts:
        assert len(one.expected) == len(one.actual) == len(one.edges) + 1
        assert sum(one.actual) == pytest.approx(1)


def test_quantiles_of_chance_are_those_of_chi_squared() -> None:
    """scipy.stats.chi2.ppf(0.999, 9) = 27.877; .ppf(0.95, 4) = 9.488."""
    ten, five = (Bins(edges=tuple(range(count - 1)), fractions=(1 / count,) * count) for count in (10, 5))
    assert psi_by_chance(ten, 100, 100, 0.999) == pytest.approx(27.877 * 0.02, rel=0.01)
    assert psi_by_chance(five, 100, 100, 0.95) == pytest.approx(9.488 * 0.02, rel=0.01)
    assert psi_by_chance(Bins(edges=(), fractions=(1.0,)), 100, 100, 0.999) == 0


def test_only_the_champions_captures_of_the_window_count_and_bad_lines_are_counted_apart() -> None:
    known = baseline(np.random.default_rng(7))
    window = Window(RELEASE, SINCE, NOW)
    later, other = line(2, NOW + timedelta(seconds=1)), line(3, release="r2-fedcba")
    lines = [line(1), later, other, "{", json.dumps({"x": 1}), line(1), line(4, cat=0.1, unknown=3.0)]
    window.add([text.encode() for text in lines], known)
    assert (window.captures, window.unread, window.requests) == (3, 2, {"request-1", "request-4"})
    assert dict(window.scores) == {"cat": [0.5, 0.5, 0.1]}


def test_folders_of_every_hour_are_looked_at_and_objects_are_taken_evenly() -> None:
    found = hours(NOW - timedelta(hours=2), NOW)
    assert found == ["2026/11/22/10/", "2026/11/22/11/", "2026/11/22/12/"]
    assert spread([str(one) for one in range(10)], 4) == ["0", "2", "5", "7"]
    assert spread(["a", "b"], 4) == ["a", "b"]
