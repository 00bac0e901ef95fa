"""The domains deployed once on an embedded AWS, for the tests of the whole loop.

What can happen only once (the time before any release, a run without data) is a fixture that records it, so that the
tests may run in any order.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from clients.predict import PredictClient
from inference.contracts.traffic import percentile
from sandbox import Sandbox
from sandbox.demo.domain import Question
from sandbox.deployment import Deployment, synthesize
from tests.integration.loop.graphs import CLASSES, brightness_graph
from tests.integration.loop.packages import DARK, LIGHT, package, picture
from tests.integration.loop.releases import EndedRelease, approve, await_end
from tests.integration.loop.show import show  # noqa: F401 - fixture

ENTITIES = 20
MODEL = "/v1/cats/model"
UNCERTAIN_ONES = '{"share": 0, "uncertain_above": 0.5}'
"""Reviews of cats: neither the light nor the dark pictures that most tests send."""


@pytest.fixture(scope="session")
def assembly(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("loop") / "cdk.out"
    options = {"cats:classes": ",".join(CLASSES), "cats:review": UNCERTAIN_ONES}
    synthesize(["ads", "battery", "cats", "deer", "fire"], options, out)
    return out


@pytest.fixture(scope="session")
def aws(assembly: Path) -> Iterator[Sandbox]:
    with Sandbox(assembly=assembly, state=assembly.with_name("aws")) as running:
        running.bootstrap()
        running.deploy()
        yield running


@pytest.fixture(scope="session")
def deployment(aws: Sandbox) -> Deployment:
    return Deployment(aws)


@pytest.fixture(scope="session")
def client(deployment: Deployment) -> PredictClient:
    return deployment.predict_client()


@pytest.fixture(scope="session")
def workshop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where packages are made, each in a folder of its own."""
    return tmp_path_factory.mktemp("packages")


@pytest.fixture(scope="session")
def questions() -> list[Question]:
    """Light and dark pictures. Half of the callers meet a challenger in its first step, half in its last only."""
    names = [f"camera-{number}" for number in range(1000)]
    early = [name for name in names if percentile(name) < 10][: ENTITIES // 2]
    late = [name for name in names if percentile(name) >= 50][: ENTITIES // 2]
    return [
        Question(
            name=entity,
            body=picture(LIGHT if number % 2 else DARK),
            content_type="image/png",
            entity_id=entity,
            truth=CLASSES[number % 2],
        )
        for callers in (early, late)
        for number, entity in enumerate(callers)
    ]


class Answer(NamedTuple):
    status: int
    body: bytes


class Before(NamedTuple):
    prediction: Answer
    model: Answer


@pytest.fixture(scope="session")
def before_any_release(client: PredictClient) -> Before:
    return Before(Answer(*client.post("cats", picture(LIGHT), "image/png")), Answer(*client.send("GET", MODEL)))


@pytest.fixture(scope="session")
def champion(deployment: Deployment, before_any_release: Before, workshop: Path) -> EndedRelease:
    """The first release: promoted without anybody to compare it with."""
    archive = package(workshop / "champion", brightness_graph())
    return await_end(deployment, approve(deployment, "champion", archive))
