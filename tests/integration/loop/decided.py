"""A person who promotes a release in its first step, and takes that back, both through the registry."""

import json
import time
from dataclasses import dataclass
from typing import Any

from clients.predict import PredictClient
from lambdas.common.release_state import ReleaseState
from lambdas.endpoint_release.package import release_id
from sandbox.deployment import Deployment
from tests.integration.loop.releases import POLL_S, EndedRelease, await_end

HAS_TRAFFIC_WITHIN_S = 300


@dataclass(frozen=True)
class Hurried:
    """One such release."""

    ended: EndedRelease
    """As its own execution left it."""
    last_state: str
    """Of that execution."""
    promoted: tuple[int, Any]
    """The registry's answer to the promotion: its status and its body."""
    withdrawn: tuple[int, Any]
    after: ReleaseState
    """When it was taken back."""
    audit: list[dict[str, Any]]
    """The newest entries, newest first."""


def decide(deployment: Deployment, client: PredictClient, model_package_arn: str, champion: EndedRelease) -> Hurried:
    release = release_id(model_package_arn)
    _await_traffic(client, release)
    version = model_package_arn.rpartition("/")[2]
    promoted = _ask(client, f"/versions/{version}/promote", {"is_production": True})
    ended = await_end(deployment, model_package_arn)
    events = deployment.states.get_execution_history(executionArn=ended.execution["executionArn"], maxResults=1000)
    entered = [one["stateEnteredEventDetails"]["name"] for one in events["events"] if "StateEntered" in one["type"]]
    withdrawn = _ask(client, "/rollback", {"reason": f"back to {champion.release}"})
    audit = json.loads(client.send("GET", "/api/v1/models/cats/audit")[1])["entries"]
    return Hurried(ended, entered[-1], promoted, withdrawn, deployment.releases.read("cats"), audit)


def _await_traffic(client: PredictClient, release: str) -> None:
    """As the registry tells it, whose first call starts a process: a step lasts seconds, and one asks within them."""
    deadline = time.monotonic() + HAS_TRAFFIC_WITHIN_S
    while True:
        now = json.loads(client.send("GET", "/api/v1/models/cats")[1])
        if (now["challenger"] or {}).get("release") == release and now["status"] == "rolling_out":
            return
        assert time.monotonic() < deadline, f"{release} has no traffic after {HAS_TRAFFIC_WITHIN_S} s: {now}"
        time.sleep(POLL_S)


def _ask(client: PredictClient, path: str, body: dict[str, Any]) -> tuple[int, Any]:
    headers = {"Content-Type": "application/json"}
    status, text = client.send("POST", f"/api/v1/models/cats{path}", json.dumps(body).encode(), headers)
    return status, json.loads(text)
