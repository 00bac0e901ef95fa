"""What stops a release, and what is said about it."""

import re
import threading
from datetime import timedelta
from typing import Any

import pytest

from inference.contracts.tasks.base import AnswerError
from lambdas.common.errors import PayloadError
from lambdas.endpoint_release import handler
from lambdas.endpoint_release.admission import NoSuchStepError, NotTheChallengerError
from lambdas.endpoint_release.judgement import WindowMetrics
from lambdas.endpoint_release.targets.base import NoAnswerError
from tests.unit.release_doubles import GOLDEN, HEALTHY, SILENT
from tests.unit.release_harness import ReleaseHarness


@pytest.mark.parametrize(
    "event",
    [
        {}, None, {"action": "explode", "execution": "one"}, {"action": "shift", "execution": "one", "release": "r1"},
        {"action": "prepare", "execution": "one", "model_package_arn": "vigil-cats/7", "approved_at": "2026-11-20"},
        {"action": "promote", "release": "r1"},
    ],
)  # fmt: skip
def test_a_malformed_event_is_named(harness: ReleaseHarness, event: Any) -> None:
    with pytest.raises(PayloadError, match="no action of a release"):
        handler.lambda_handler(event, harness.context)


@pytest.mark.parametrize("action", ["endpoint_status", "golden", "promote"])
def test_an_action_about_a_release_that_is_not_the_challenger_is_refused(harness: ReleaseHarness, action: str) -> None:
    with pytest.raises(NotTheChallengerError, match="r9 of cats is not the challenger that one drives; there is none"):
        harness.act(action, release="r9")
    release = harness.prepare(1)["release"]
    with pytest.raises(NotTheChallengerError, match="driven by one"):
        harness.act(action, "another", release=release)


def test_a_step_that_does_not_exist_is_refused(harness: ReleaseHarness) -> None:
    release = harness.prepare(1)["release"]
    with pytest.raises(NoSuchStepError, match="Step 3 does not exist"):
        harness.act("shift", release=release, step=3)


def test_a_package_that_is_no_longer_approved_is_ignored(harness: ReleaseHarness) -> None:
    harness.packages.approval_status = "Rejected"
    assert harness.prepare(1)["status"] == "ignored"
    assert harness.state.challenger is None
    assert harness.endpoints.made == []


@pytest.mark.parametrize(
    ("status", "after_s", "answer", "reason"),
    [
        ("Failed", 1, "failed", "is Failed: no capacity"),
        ("Deleting", 1, "failed", "is Deleting"),
        ("Creating", 10, "creating", ""),
        ("Creating", 400, "failed", "is Creating after 4.. s, 300 s at most"),
        ("InService", 400, "ready", ""),
        (None, 1, "failed", "does not exist"),
    ],
)
def test_an_endpoint_that_does_not_come_up_fails_with_its_reason(
    harness: ReleaseHarness, status: str | None, after_s: int, answer: str, reason: str
) -> None:
    release = harness.prepare(1)["release"]
    harness.endpoints.up = {} if status is None else {harness.state.challenger.address: status}
    harness.now += timedelta(seconds=after_s)
    result = harness.act("endpoint_status", release=release)
    assert result["status"] == answer
    assert re.search(reason, result["reason"])


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (b'{"label": "NoCat", "scores": {"Cat": 0.9, "NoCat": 0.1}}', "answered 'NoCat', expected 'Cat'"),
        (b'{"label": "Cat", "scores": {"Cat": 0.8, "NoCat": 0.2}}', "off by 0.1000"),
        (b'{"label": "Cat", "scores": {"Cat": NaN, "NoCat": 0.1}}', "which is no JSON"),
        (b'{"label": "Cat", "scores": {}}', "expected ['Cat', 'NoCat']"),
        (b"<html>", "which is no JSON"),
        (b'{"error": "broken"}', "a label and scores are expected"),
        (AnswerError("the endpoint answered with status 500"), "status 500"),
    ],
)
def test_an_endpoint_that_answers_otherwise_than_its_package_fails(
    harness: ReleaseHarness, answer: bytes | Exception, reason: str
) -> None:
    release = harness.prepare(1)["release"]
    harness.endpoints.answer = answer
    result = harness.act("golden", release=release)
    assert result["status"] == "failed"
    assert reason in result["reason"]


def test_an_endpoint_that_hangs_fails_with_its_first_golden_request(harness: ReleaseHarness) -> None:
    release = harness.prepare(1)["release"]
    harness.packages.golden_lines = b"\n".join([GOLDEN.model_dump_json().encode()] * 3)
    harness.endpoints.answer = NoAnswerError("endpoint x does not answer a golden request")
    result = harness.act("golden", release=release)
    assert (result["status"], "does not answer a golden request" in result["reason"]) == ("failed", True)
    assert harness.endpoints.asked == 5 + 1  # to warm up, and the first of three


@pytest.mark.parametrize(
    ("lines", "reason"),
    [(b"", "no golden requests"), (b"{}", "no golden request"), (b"damaged", "not a readable")],
)
def test_a_package_without_golden_requests_fails(harness: ReleaseHarness, lines: bytes, reason: str) -> None:
    release = harness.prepare(1)["release"]
    harness.packages.golden_lines = lines
    result = harness.act("golden", release=release)
    assert (result["status"], reason in result["reason"]) == ("failed", True)


@pytest.mark.parametrize(
    ("window", "reason"),
    [
        (HEALTHY._replace(errors=6), "6 of 100 requests failed"),
        (HEALTHY._replace(slow=20), "20 of 100 answers took longer than 1500 ms"),
        (HEALTHY._replace(disagreements=40), "40 of 100 answers differ"),
        (SILENT._replace(requests=2, errors=2), "2 of 2 requests failed"),
        (HEALTHY._replace(timeouts=20), "20 of 100 answers did not come in time"),
    ],
)
def test_a_bad_challenger_fails_its_check_and_leaves_the_champion_alone(
    harness: ReleaseHarness, window: WindowMetrics, reason: str
) -> None:
    champion = harness.release(1, "one")
    challenger = harness.prepare(2, "two")["release"]
    harness.act("shift", "two", release=challenger, step=0)
    harness.metrics.window = window
    checked = harness.act("check", "two", release=challenger, step=0)
    assert checked["status"] == "failed"
    assert reason in checked["reason"]
    assert harness.act("roll_back", "two", reason=checked["reason"])["status"] == "rolled_back"
    state = harness.state
    assert (state.champion.release, state.challenger, state.percentage, state.status) == (champion, None, 0, "idle")
    assert state.alarms == (checked["reason"],)
    assert state.history[-1].event == "rolled_back"
    assert set(harness.endpoints.up) == {f"vigil-cats-{champion}"}
    assert harness.parameter == f"vigil-cats-{champion}"


def test_requests_that_were_throttled_tell_nothing_about_a_model(harness: ReleaseHarness) -> None:
    harness.release(1, "one")
    release = harness.prepare(2)["release"]
    harness.act("shift", release=release, step=0)
    harness.metrics.window = HEALTHY._replace(throttles=90)
    assert harness.act("check", release=release, step=0)["status"] == "quiet"


def test_a_quiet_step_waits_and_then_lets_golden_requests_decide(harness: ReleaseHarness) -> None:
    harness.release(1, "one")
    release = harness.prepare(2)["release"]
    harness.act("shift", release=release, step=0)
    harness.metrics.window = SILENT
    assert harness.act("check", release=release, step=0)["status"] == "quiet"
    harness.now += timedelta(seconds=4 * 60)
    assert harness.act("check", release=release, step=0)["status"] == "passed"
    harness.endpoints.answer = AnswerError("the endpoint answered with status 500")
    assert harness.act("check", release=release, step=0)["status"] == "failed"


def test_a_single_failure_does_not_end_a_release_that_has_waited_long_enough(harness: ReleaseHarness) -> None:
    harness.release(1, "one")
    release = harness.prepare(2)["release"]
    harness.act("shift", release=release, step=0)
    harness.metrics.window = SILENT._replace(requests=30, timeouts=1, slow=1, compared=29)
    assert harness.act("check", release=release, step=0)["status"] == "quiet"
    harness.now += timedelta(seconds=4 * 60)
    checked = harness.act("check", release=release, step=0)
    assert (checked["status"], "1 timed out" in checked["reason"]) == ("passed", True)


@pytest.mark.parametrize("action", ["golden", "shift"])
def test_a_challenger_is_warm_to_its_concurrency_before_it_gets_more_traffic(
    harness: ReleaseHarness, action: str
) -> None:
    release = harness.prepare(1)["release"]
    harness.endpoints.gathering = threading.Barrier(5, timeout=30)
    harness.act(action, release=release, **({"step": 0} if action == "shift" else {}))
    assert harness.endpoints.most_at_once == 5  # ServerlessSpec's max_concurrency


def test_an_endpoint_that_answers_nothing_while_it_warms_up_is_no_failure_yet(harness: ReleaseHarness) -> None:
    release = harness.prepare(1)["release"]
    harness.endpoints.answer = AnswerError("the endpoint answered with status 500")
    assert harness.act("shift", release=release, step=0)["status"] == "shifted"
