"""Devices beside the endpoint: enrolled through the deployed API, updated by signed metadata, never without a model.

The networks are a few words of JSON; keys, metadata, routes, tokens, the hash and the release's states are the real.
"""

import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from rich.progress import Progress

from inference.contracts.traffic import percentile
from lambdas.common.release_state import ReleaseState
from lambdas.endpoint_release.package import release_id
from sandbox.demo.domain import Question
from sandbox.demo.fleet import FleetBeside
from sandbox.demo.follow import follow_release
from sandbox.demo.report import DomainReport
from sandbox.demo.traffic import LiveTraffic
from sandbox.deployment import Deployment
from tests.device.toys import CLASSES, edge_files, golden, open_toy, picture, toy
from tests.integration.loop.graphs import brightness_graph
from tests.integration.loop.packages import package
from tests.integration.loop.releases import approve

DEVICES = 40
GOOD, BETTER, SLOW = toy(0.9), toy(0.8), toy(0.9, quick_for=0, slow_s=0.12)


class Ended(NamedTuple):
    releases: Sequence[str]
    states: Sequence[ReleaseState]
    report: DomainReport


@pytest.fixture(scope="module")
def ended(deployment: Deployment, workshop: Path, questions: list[Question]) -> Ended:
    """Three releases, the last of which is too slow for the devices."""
    report, releases, states = DomainReport(status="released"), [], []
    with FleetBeside("ads", deployment, workshop, report, [picture()], DEVICES, open_toy):
        for number, (network, share) in enumerate(((GOOD, 0.9), (BETTER, 0.8), (SLOW, 0.9))):
            edge = edge_files(network, golden(share))
            archive = package(workshop / f"ads-{number}", brightness_graph(), domain="ads", classes=CLASSES, edge=edge)
            arn = approve(deployment, f"devices-{number}", archive, "ads")
            with LiveTraffic(deployment.predict_client(), "ads", questions):
                states.append(follow_release(deployment, "ads", arn, Progress(disable=True)))
            releases.append(release_id(arn))
    return Ended(releases, states, report)


def steps_of(ended: Ended, number: int) -> dict[int, dict[str, Any]]:
    told = ended.report.devices["steps"]
    return {step["percentage"]: step for step in told if step["release"] == ended.releases[number]}


def test_a_share_is_exactly_the_devices_that_the_hash_names(ended: Ended) -> None:
    for percentage, step in steps_of(ended, 1).items():
        assert step["named"] == [f"tv-{n:03}" for n in range(1, DEVICES + 1) if percentile(f"tv-{n:03}") < percentage]
        assert set(step["running"]) <= set(step["named"])
    assert {10, 50} <= set(steps_of(ended, 1))


def test_a_step_ends_when_devices_of_its_share_have_run_the_release(ended: Ended) -> None:
    """As its history has it: who looks at the devices each second may come too late for the last of a step."""
    of = (ended.releases[1], "checked")
    checks = [one.detail for one in ended.states[1].history if (one.release, one.event) == of]
    ran = [re.search(r"(\d+) of (\d+) devices run it", one) for one in checks if one.startswith("passed")]

    assert len(ran) == 3
    for found in ran:
        assert found is not None, checks
        assert 0 < int(found[1]) <= int(found[2])


def test_a_release_that_devices_refuse_is_rolled_back(ended: Ended) -> None:
    last = ended.states[2]
    assert last.champion is not None
    assert last.champion.release == ended.releases[1]
    assert "devices do not do well with it" in " ".join(last.alarms)
    assert "slow on this device" in ended.report.devices["why"]


def test_no_device_is_ever_without_a_model(ended: Ended) -> None:
    assert ended.report.status == "released", ended.report.reasons
    assert ended.report.devices["serving"] == {ended.releases[1]: DEVICES}
    assert ended.report.devices["without"] == []


def test_the_cloud_knows_what_it_handed_to_each_device(ended: Ended, deployment: Deployment) -> None:
    status, body = deployment.predict_client().send("GET", "/api/v1/devices/ads")
    assert status == 200
    handed = {one["device_id"]: one["fetched"] for one in json.loads(body)["devices"]}
    assert handed.keys() == {f"tv-{n:03}" for n in range(1, DEVICES + 1)}
    assert set(handed.values()) == set(ended.releases[1:])
    refusing = ended.report.devices["refused"][ended.releases[2]]
    assert 0 < refusing <= list(handed.values()).count(ended.releases[2])
