"""Releases under live traffic: what fails is rolled back, what is good is promoted, and no caller notices."""

import re

import pytest

from clients.predict import PredictClient
from inference.contracts import Capture
from sandbox.deployment import Deployment
from tests.integration.loop.releases import EndedRelease
from tests.integration.loop.show import PREDICTIONS, Show

FAILING = ("contrary", "slow", "crashing", "unfaithful")


@pytest.fixture(scope="module")
def captures(show: Show, deployment: Deployment) -> list[Capture]:
    """In their order, up to the first that tells of a fallback: the challenger after the contrary one is slow."""
    found: list[Capture] = []
    pages = deployment.s3.get_paginator("list_objects_v2").paginate(Bucket=deployment.captures, Prefix="captures/cats/")
    for key in pages.search("Contents[].Key"):
        found += map(Capture.model_validate_json, deployment.read(deployment.captures, key).splitlines())
        if found[-1].fallback:
            break
    return found


def endpoints(deployment: Deployment) -> set[str]:
    """Of cats."""
    names = {endpoint["EndpointName"] for endpoint in deployment.sagemaker.list_endpoints()["Endpoints"]}
    return {name for name in names if name.startswith("vigil-cats-")}


def test_the_first_release_gets_all_traffic_at_once(champion: EndedRelease) -> None:
    assert champion.told("shifted") == ["step 0: 100 %"]
    assert champion.state.champion is not None
    assert champion.state.champion.address == champion.endpoint
    assert champion.execution["status"] == "SUCCEEDED"


def test_the_model_route_tells_what_serves(show: Show, client: PredictClient) -> None:
    told = client.model("cats")
    better = show.challengers["better"]
    assert (told["domain"], told["challenger"], told["percentage"]) == ("cats", None, 0)
    assert told["champion"]["release"] == better.release
    assert told["champion"].keys() == {"release", "model_package_arn", "since"}
    assert told["request_id"]


def test_none_of_two_thousand_predictions_fails(show: Show) -> None:
    assert show.failures == {}
    assert sum(show.answers.values()) >= PREDICTIONS


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("contrary", r"\d+ of \d+ answers differ from the champion's .*; at most 20.00%"),
        ("slow", r"\d+ of \d+ answers (did not come in time|took longer than 1500 ms)"),
        ("crashing", r"\d+ of \d+ (requests failed|answers did not come in time|answers took longer)"),
        ("unfaithful", r"2 of 2 golden requests failed: golden request 0: answered 'Light', expected 'Dark'"),
    ],
)
def test_a_failing_challenger_is_rolled_back_with_its_reason(name: str, reason: str, show: Show) -> None:
    challenger = show.challengers[name]
    assert re.search(reason, challenger.state.alarms[0])
    assert challenger.told("rolled_back") == list(challenger.state.alarms)
    assert challenger.execution["status"] == "FAILED"
    assert challenger.state.alarms[0] in challenger.execution["cause"]


@pytest.mark.parametrize("name", FAILING)
def test_the_champion_serves_on_after_a_roll_back(name: str, show: Show, champion: EndedRelease) -> None:
    state = show.challengers[name].state
    assert state.champion == champion.state.champion
    assert (state.challenger, state.percentage, state.status) == (None, 0, "idle")
    assert show.champion_after[name] == champion.endpoint


def test_failed_challengers_leave_no_endpoint(show: Show, champion: EndedRelease, deployment: Deployment) -> None:
    assert endpoints(deployment) == {champion.endpoint, show.challengers["better"].endpoint}


@pytest.mark.parametrize("name", ["contrary", "slow", "crashing"])
def test_a_failing_challenger_gets_no_further_than_its_first_step(name: str, show: Show) -> None:
    assert show.challengers[name].told("shifted") == ["step 0: 10 %"]


def test_a_challenger_whose_golden_requests_fail_gets_no_traffic(show: Show) -> None:
    challenger = show.challengers["unfaithful"]
    assert challenger.told("shifted") == []
    assert challenger.release not in show.answers


def test_a_good_challenger_is_promoted_in_steps(show: Show) -> None:
    challenger = show.challengers["better"]
    assert challenger.told("shifted") == ["step 0: 10 %", "step 1: 50 %", "step 2: 100 %"]
    assert challenger.state.champion is not None
    assert challenger.state.champion.release == challenger.release
    assert show.champion_after["better"] == challenger.endpoint
    assert show.answers[challenger.release] > 0


def test_the_champion_before_stays_up_for_instant_rollback(show: Show, champion: EndedRelease) -> None:
    previous = show.challengers["better"].state.previous
    assert previous is not None
    assert previous.address == champion.endpoint


def test_captures_say_who_answered_what(captures: list[Capture], show: Show, champion: EndedRelease) -> None:
    first = next(capture for capture in captures if capture.request_id == show.first_request)
    assert (first.domain, first.release, first.label) == ("cats", champion.release, "Dark")
    assert first.input == {"bytes": first.input["bytes"], "content_type": "image/png"}
    assert {capture.release for capture in captures} <= set(show.answers)


def test_captures_of_a_challenger_say_what_the_champion_would_have_answered(
    captures: list[Capture], show: Show
) -> None:
    contrary = [capture for capture in captures if capture.release == show.challengers["contrary"].release]
    assert any(capture.shadow_label not in (None, capture.label) for capture in contrary)


def test_a_fallback_is_captured_as_the_champions(captures: list[Capture], champion: EndedRelease) -> None:
    assert (captures[-1].fallback, captures[-1].release) == (True, champion.release)
