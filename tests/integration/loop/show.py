"""Challengers of cats that are released one after the other, while predictions go on."""

import time
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path

import pytest

from clients.predict import PredictClient
from sandbox import Sandbox
from sandbox.demo.domain import Question
from sandbox.demo.traffic import LiveTraffic
from sandbox.deployment import Deployment
from tests.integration.loop.decided import Hurried, decide
from tests.integration.loop.graphs import SHARPNESS, brightness_graph, work_for
from tests.integration.loop.packages import DARK, package
from tests.integration.loop.releases import EndedRelease, approve, await_end, crashing

PREDICTIONS = 2000
CALLERS = 5
"""As many as the endpoints of cats answer at once; more are throttled where answers are slow."""
ASKED_WITHIN_S = 600
SLOW_S = 3.0
"""Above the 2 s that a caller waits for a challenger."""


@dataclass(frozen=True)
class Show:
    """Challengers that were released one after the other, while predictions went on."""

    challengers: dict[str, EndedRelease]
    champion_after: dict[str, str]
    """challenger -> the SSM parameter's value when it had ended."""
    answers: dict[str, int]
    failures: dict[str, int]
    first_request: str
    """The id of the first prediction."""
    hurried: Hurried


@pytest.fixture(scope="session")
def show(
    aws: Sandbox,
    deployment: Deployment,
    champion: EndedRelease,
    client: PredictClient,
    questions: list[Question],
    workshop: Path,
) -> Show:
    archives: dict[str, Callable[[], bytes]] = {
        "contrary": lambda: package(workshop / "contrary", brightness_graph(-SHARPNESS)),
        "slow": lambda: package(workshop / "slow", brightness_graph(work_if_light=work_for(SLOW_S)), shown=[DARK]),
        "crashing": lambda: package(workshop / "crashing", brightness_graph(SHARPNESS + 1)),
        "unfaithful": lambda: package(
            workshop / "unfaithful", brightness_graph(-SHARPNESS - 1), golden_of=workshop / "champion"
        ),
    }
    hurry = package(workshop / "hurried", brightness_graph(SHARPNESS + 3))
    better = package(workshop / "better", brightness_graph(SHARPNESS + 2))
    challengers, champion_after = {}, {}
    first = client.predict("cats", questions[0].body, questions[0].content_type)
    with LiveTraffic(client, "cats", questions, per_second=30, callers=CALLERS) as traffic:
        for name, archive in archives.items():
            arn = approve(deployment, name, archive())
            with crashing(deployment, aws.state, arn) if name == "crashing" else nullcontext():
                challengers[name] = await_end(deployment, arn)
            champion_after[name] = champion_parameter(aws)
        hurried = decide(deployment, client, approve(deployment, "hurried", hurry), champion)
        challengers["better"] = await_end(deployment, approve(deployment, "better", better))
        champion_after["better"] = champion_parameter(aws)
        deadline = time.monotonic() + ASKED_WITHIN_S
        while (asked := sum(traffic.answers.values())) < PREDICTIONS and time.monotonic() < deadline:
            time.sleep(0.5)
    assert asked >= PREDICTIONS, f"{asked} predictions within {ASKED_WITHIN_S} s after the last release"
    return Show(
        challengers, champion_after, dict(traffic.answers), dict(traffic.failures), first["request_id"], hurried
    )


def champion_parameter(aws: Sandbox) -> str:
    return aws.client("ssm").get_parameter(Name="/vigil/cats/champion-endpoint")["Parameter"]["Value"]
