"""A challenger beside a champion: who answers, who is compared, who is asked when one fails."""

from collections.abc import Callable

import pytest

from inference.contracts import Capture
from lambdas.common.release_state import ReleaseState
from lambdas.router.outcome import FaultKind
from tests.unit.router_harness import (
    ALONE,
    CAT,
    CHALLENGED,
    NO_CAT,
    SLOW,
    Reply,
    RouterHarness,
    release,
)


def test_a_good_challenger_answers_and_is_compared(router_harness: RouterHarness) -> None:
    router_harness.open(CHALLENGED, r1=CAT, r2=NO_CAT)
    assert router_harness.predict()[1]["release"] == "r2"
    capture = Capture.model_validate_json(router_harness.captures.lines[0])
    assert (capture.label, capture.shadow_label, capture.fallback) == ("NoCat", "Cat", False)
    metrics = router_harness.metrics()
    assert (metrics["r2", "Compared"], metrics["r2", "Disagreements"], metrics["r2", "Fallbacks"]) == (1, 1, 0)
    assert metrics["domain", "Requests"] == 1


@pytest.mark.parametrize(
    ("reply", "errors"),
    [
        (FaultKind.FAILED, 1),
        (FaultKind.MISSING, 1),
        (FaultKind.BAD_INPUT, 1),
        (FaultKind.THROTTLED, 0),
        (SLOW, 0),
    ],
)
def test_a_bad_challenger_costs_no_caller_an_answer(router_harness: RouterHarness, reply: Reply, errors: int) -> None:
    router_harness.open(CHALLENGED, r1=CAT, r2=reply)
    status, body = router_harness.predict()
    assert (status, body["release"]) == (200, "r1")
    capture = Capture.model_validate_json(router_harness.captures.lines[0])
    assert (capture.release, capture.fallback) == ("r1", True)
    metrics = router_harness.metrics()
    assert (metrics["r2", "Errors"], metrics["r2", "Fallbacks"]) == (errors, 1)
    assert metrics["r2", "Timeouts"] == metrics["r2", "Slow"] == (reply == SLOW)
    assert (metrics["domain", "Errors"], metrics["domain", "Fallbacks"]) == (0, 1)


@pytest.mark.parametrize("percentage", [1, 100])
def test_a_failing_champion_is_replaced_by_its_challenger(router_harness: RouterHarness, percentage: int) -> None:
    router_harness.open(CHALLENGED.model_copy(update={"percentage": percentage}), r1=FaultKind.FAILED, r2=CAT)
    assert router_harness.predict()[1]["release"] == "r2"
    metrics = router_harness.metrics()
    assert (metrics["r1", "Errors"], metrics["domain", "Errors"]) == (1, 0)


@pytest.mark.parametrize("fault", [FaultKind.MISSING, FaultKind.FAILED], ids=["was deleted", "is being deleted"])
def test_a_champion_that_was_just_replaced_costs_no_caller_an_answer(
    router_harness: RouterHarness, fault: FaultKind
) -> None:
    router_harness.open(ALONE, ReleaseState(domain="cats", champion=release("r2")), r1=fault, r2=CAT)
    assert router_harness.predict()[1]["release"] == "r2"


def test_a_champion_that_fails_and_was_not_replaced_is_asked_no_second_time(router_harness: RouterHarness) -> None:
    router_harness.open(ALONE, r1=FaultKind.FAILED)
    assert router_harness.predict()[0] == 503
    assert router_harness.endpoints.asked == ["r1"]


def traffic(router_harness: RouterHarness, count: int, each: Callable[[int], dict[str, str]]) -> list[str]:
    return [router_harness.predict(headers=each(number))[1]["release"] for number in range(count)]


def test_an_entity_always_meets_the_same_release_and_the_share_is_kept(router_harness: RouterHarness) -> None:
    router_harness.open(CHALLENGED.model_copy(update={"percentage": 20}), r1=CAT, r2=CAT)
    entities = traffic(router_harness, 300, lambda number: {"x-entity-id": f"camera-{number}"})
    assert entities.count("r2") == pytest.approx(60, abs=25)
    assert len(set(traffic(router_harness, 20, lambda _: {"x-entity-id": "camera-7"}))) == 1
