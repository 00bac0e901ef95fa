"""Runs through the trigger: what it refuses, what it starts once, and how a run ends that cannot end well."""

import io
import json
import time
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pytest
from PIL import Image
from rich.progress import Progress

from clients.operator.__main__ import main as operator
from lambdas.common.artifacts import gate_record
from lambdas.training_trigger.payload import run_name
from sandbox.demo.follow import follow_training, refusals
from sandbox.deployment import Deployment
from tests.integration.loop.graphs import CLASSES

PICTURES = 48
PREFIX = "catcam-training"
CALLERS = 3
REFUSED_WITHIN_S = 180


class Run(NamedTuple):
    name: str
    started: list[dict[str, Any]]
    """The trigger's answers."""
    execution: dict[str, Any]


def run(deployment: Deployment, options: dict[str, Any], deliveries: int = 1) -> Run:
    """Deliver one event so many times, some of them at once, and wait for the run to end."""
    function = deployment.output("cats", "TriggerFunction")

    def deliver(_: int) -> dict[str, Any]:
        answer = deployment.lambda_.invoke(FunctionName=function, Payload=json.dumps(options))
        return json.load(answer["Payload"])

    with ThreadPoolExecutor(CALLERS) as pool:
        started = list(pool.map(deliver, range(deliveries)))
    name = run_name("vigil-cats", options["runToken"])
    return Run(name, started, follow_training(deployment, "cats", name, Progress(disable=True)))


@pytest.fixture(scope="module")
def run_without_data(deployment: Deployment) -> Run:
    return run(deployment, {"runToken": "nothing there"}, deliveries=10)


@pytest.fixture(scope="module")
def run_on_noise(deployment: Deployment, run_without_data: Run) -> Run:
    """Pictures that nobody can tell apart, with two labels by turns."""
    bucket, table = deployment.output("cats", "RawBucket"), deployment.output("cats", "LabelsTable")
    generator = np.random.default_rng(0)
    for number in range(PICTURES):
        name = f"{1_760_000_000_000 + 61_000 * number}.jpg"
        file = io.BytesIO()
        Image.fromarray(generator.integers(0, 256, (24, 32, 3), np.uint8)).save(file, "JPEG")
        deployment.s3.put_object(Bucket=bucket, Key=f"{PREFIX}/{name}", Body=file.getvalue())
        item = {"imageName": {"S": name}, "label": {"S": CLASSES[number % 2]}}
        deployment.dynamodb.put_item(TableName=table, Item=item)
    options = {"frozenEpochs": 1, "imageSize": 32, "frozenLearningRate": 1e-7, "runToken": "noise"}
    return run(deployment, options)


def test_refused_options_are_kept_with_the_reason(deployment: Deployment) -> None:
    function = deployment.output("cats", "TriggerFunction")
    for options in ({"epoch": 3}, {"epochs": 0}):
        deployment.lambda_.invoke(FunctionName=function, InvocationType="Event", Payload=json.dumps(options))
    expected = ("epoch is unknown; known: architecture", "epochs is 0; at least 1")
    deadline = time.monotonic() + REFUSED_WITHIN_S
    while not all(reason in (told := refusals(deployment, "cats")) for reason in expected):
        assert time.monotonic() < deadline, told
        time.sleep(0.5)


def test_ten_deliveries_of_one_event_make_one_run(run_without_data: Run, deployment: Deployment) -> None:
    assert sorted(answer["status"] for answer in run_without_data.started) == ["already_started"] * 9 + ["started"]
    assert {answer["run"] for answer in run_without_data.started} == {run_without_data.name}
    machine = deployment.output("cats", "TrainingStateMachine")
    listed = deployment.states.list_executions(stateMachineArn=machine)["executions"]
    assert [execution["name"] for execution in listed].count(run_without_data.name) == 1


def test_a_run_without_pictures_says_what_is_missing(run_without_data: Run, deployment: Deployment) -> None:
    bucket = deployment.output("cats", "RawBucket")
    assert run_without_data.execution["status"] == "FAILED"
    assert f"There are no pictures below s3://{bucket}/{PREFIX}/" in run_without_data.execution["cause"]
    assert "Traceback" not in run_without_data.execution["cause"]


def test_a_model_that_learned_nothing_is_rejected_with_reasons(run_on_noise: Run, deployment: Deployment) -> None:
    assert run_on_noise.execution["status"] == "SUCCEEDED", run_on_noise.execution.get("cause")
    result = json.loads(run_on_noise.execution["output"])
    assert result["status"] == "rejected"
    assert any(reason.startswith("macro_f1 is ") for reason in result["reasons"])
    assert deployment.read_json(gate_record("cats", run_on_noise.name))["result"] == result


def test_a_rejected_package_stands_in_the_registry_with_its_reasons(run_on_noise: Run, deployment: Deployment) -> None:
    result = json.loads(run_on_noise.execution["output"])
    package = deployment.sagemaker.describe_model_package(ModelPackageName=result["model_package_arn"])
    assert package["ModelPackageGroupName"] == "vigil-cats"
    assert package["ModelApprovalStatus"] == "Rejected"
    assert result["reasons"][0] in package["ApprovalDescription"]
    assert package["CustomerMetadataProperties"]["run"] == run_on_noise.name


def test_data_leave_and_a_package_comes_back_that_the_gate_judges_without_training(
    run_on_noise: Run, deployment: Deployment, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in deployment.aws_variables.items():
        monkeypatch.setenv(name, value)
    assert operator(["export", "cats", "--format", "csv", "--out", str(tmp_path)]) == 0
    assert len(list((tmp_path / "images").rglob("*.jpg"))) == PICTURES
    trained = deployment.read_json(gate_record("cats", run_on_noise.name))["model_data_url"]
    package = deployment.read(*trained.removeprefix("s3://").split("/", 1))
    (tmp_path / "model.tar.gz").write_bytes(package)
    assert operator(["submit", "cats", str(tmp_path / "model.tar.gz")]) == 0
    run = run_name("vigil-cats", sha256(package).hexdigest())
    execution = follow_training(deployment, "cats", run, Progress(disable=True))
    assert execution["status"] == "SUCCEEDED", execution.get("cause")
    result = json.loads(execution["output"])
    assert result["status"] == "rejected"
    assert any(reason.startswith("macro_f1 is ") for reason in result["reasons"])
    assert deployment.sagemaker.list_training_jobs(NameContains=run)["TrainingJobSummaries"] == []
    registered = deployment.sagemaker.describe_model_package(ModelPackageName=result["model_package_arn"])
    (container,) = registered["InferenceSpecification"]["Containers"]
    assert "/runs/cats/submitted/" in container["ModelDataUrl"]
