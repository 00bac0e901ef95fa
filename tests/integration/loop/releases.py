"""Approves packages and watches what the release state machine makes of them."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from io import BytesIO
from os import kill
from pathlib import Path
from signal import SIGKILL
from typing import Any

from rich.progress import Progress

from lambdas.common.model_archive import read_package
from lambdas.common.release_state import ReleaseState
from lambdas.endpoint_release.package import release_id
from lambdas.endpoint_release.targets.serverless.requests import endpoint_name
from lambdas.model_gate.clients import Registry
from sandbox.aws.guardian import marked
from sandbox.demo.follow import follow_release
from sandbox.deployment import Deployment

POLL_S = 0.3
ENDS_WITHIN_S = 300


@dataclass(frozen=True)
class EndedRelease:
    """One release from its approval to its end."""

    release: str
    endpoint: str
    state: ReleaseState
    """As its end left it."""
    execution: dict[str, Any]
    """Of the release state machine, as Step Functions describes it."""

    def told(self, event: str) -> list[str]:
        """The details of this release's history entries of one kind, in their order."""
        return [entry.detail for entry in self.state.history if (entry.release, entry.event) == (self.release, event)]


def approve(deployment: Deployment, name: str, archive: bytes, domain: str = "cats") -> str:
    """Register a package as approved; answers its ARN. EventBridge starts its release."""
    key = f"runs/{domain}/{name}/output/model.tar.gz"
    deployment.s3.put_object(Bucket=deployment.artifacts, Key=key, Body=archive)
    gate = deployment.lambda_.get_function_configuration(FunctionName=f"vigil-{domain}-model-gate")
    found = read_package(BytesIO(archive), ())
    container = {
        "Image": gate["Environment"]["Variables"]["SERVING_IMAGE_URI"],
        "ModelDataUrl": f"s3://{deployment.artifacts}/{key}",
        "Environment": {"VIGIL_MANIFEST_SHA256": found.manifest_sha256},
    }
    package = {
        "ModelPackageGroupName": f"vigil-{domain}",
        "ModelApprovalStatus": "Approved",
        "InferenceSpecification": {
            "Containers": [container],
            "SupportedContentTypes": ["image/png"],
            "SupportedResponseMIMETypes": ["application/json"],
        },
        "CustomerMetadataProperties": {"archive_sha256": found.archive_sha256},
    }
    return Registry(deployment.sagemaker).create(package)


def await_end(deployment: Deployment, model_package_arn: str) -> EndedRelease:
    """Wait until the release of a package is promoted or rolled back, and its execution is over."""
    release = release_id(model_package_arn)
    state = follow_release(deployment, "cats", model_package_arn, Progress(disable=True))
    executions = [_ended(deployment, arn) for arn in _release_executions(deployment)]
    (execution,) = [one for one in executions if f'"{model_package_arn}"' in one["input"]]
    return EndedRelease(release, endpoint_name("vigil", "cats", release), state, execution)


def _release_executions(deployment: Deployment) -> list[str]:
    machine = deployment.output("cats", "TrainingStateMachine").replace("cats-training", "cats-release")
    listed = deployment.states.list_executions(stateMachineArn=machine)["executions"]
    return [execution["executionArn"] for execution in listed]


def _ended(deployment: Deployment, execution_arn: str) -> dict[str, Any]:
    deadline = time.monotonic() + ENDS_WITHIN_S
    while True:
        execution = deployment.states.describe_execution(executionArn=execution_arn)
        if execution["status"] != "RUNNING":
            return execution
        assert time.monotonic() < deadline, f"{execution_arn} still runs after {ENDS_WITHIN_S} s"
        time.sleep(POLL_S)


@contextmanager
def crashing(deployment: Deployment, state: Path, model_package_arn: str) -> Iterator[None]:
    """Kill the serving process of a package again and again while it has traffic."""
    release = release_id(model_package_arn)
    homes = state / "endpoints" / endpoint_name("vigil", "cats", release)
    over = threading.Event()

    def crash() -> None:
        while not over.wait(0.1):
            now = deployment.releases.read("cats")
            if now.percentage > 0 and now.challenger is not None and now.challenger.release == release:
                for pid in [pid for home in homes.glob("*") for pid in marked("SAGEMAKER_BASE_DIR", str(home))]:
                    with suppress(ProcessLookupError):
                        kill(pid, SIGKILL)

    thread = threading.Thread(target=crash, daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()
