"""The trigger from payload to execution."""

import json
from pathlib import Path
from typing import Any

import boto3
import pytest

from lambdas.common.release_state import Release, ReleaseState
from lambdas.common.releases_table import ReleasesTable
from lambdas.training_trigger import handler
from lambdas.training_trigger.cost import CostLimitError
from lambdas.training_trigger.models import TrainingTriggerVariables
from lambdas.training_trigger.options import OptionsError
from lambdas.training_trigger.spec import Option, TrainingSpec

SCHEDULE = json.loads((Path(__file__).parents[1] / "events" / "schedule.json").read_text())
ROLE = "arn:aws:iam::123456789012:role/training"
SPEC = TrainingSpec(
    image_uri="image",
    role_arn=ROLE,
    instance_type="ml.m5.xlarge",
    allowed_instance_types=("ml.m5.xlarge", "ml.p4d.24xlarge"),
    max_runtime_s=3600,
    cost_limit_usd=5,
    options=(Option(name="epochs", hyperparameter="epochs", kind="int", default=50, minimum=1, maximum=500),),
)


@pytest.fixture
def states(aws: None, monkeypatch: pytest.MonkeyPatch) -> Any:
    client = boto3.client("stepfunctions")
    machine = client.create_state_machine(
        name="vigil-cats-training",
        definition=json.dumps({"StartAt": "End", "States": {"End": {"Type": "Succeed"}}}),
        roleArn=ROLE,
    )
    boto3.client("dynamodb").create_table(
        TableName="releases",
        KeySchema=[{"AttributeName": "domain", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "domain", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    env = TrainingTriggerVariables(
        app="vigil",
        domain="cats",
        state_machine_arn=machine["stateMachineArn"],
        artifacts_bucket="artifacts",
        releases_table="releases",
        training=SPEC,
    )
    for name, value in env.variables().items():
        monkeypatch.setenv(name, value)
    handler.variables.cache_clear()
    return client


def executions(states: Any) -> list[dict[str, Any]]:
    machine = handler.variables().state_machine_arn
    return states.list_executions(stateMachineArn=machine)["executions"]


@pytest.mark.parametrize(
    ("event", "error"), [({"epochs": 0}, OptionsError), ({"instanceType": "ml.p4d.24xlarge"}, CostLimitError)]
)
def test_a_refused_run_raises_and_starts_nothing(states: Any, context: Any, event: Any, error: type) -> None:
    with pytest.raises(error):
        handler.lambda_handler(event, context)
    assert executions(states) == []


def test_ten_deliveries_are_one_run(states: Any, context: Any) -> None:
    answers = [handler.lambda_handler(SCHEDULE, context) for _ in range(10)]
    assert {answer["run"] for answer in answers} == {answers[0]["run"]}
    assert {answer["execution_arn"] for answer in answers} == {executions(states)[0]["executionArn"]}
    assert answers[0]["status"] == "started"
    assert len(executions(states)) == 1


def test_a_name_that_was_used_is_already_started(states: Any, context: Any) -> None:
    first = handler.lambda_handler({"runToken": "once"}, context)
    second = handler.lambda_handler({"runToken": "once", "epochs": 7}, context)
    assert second == {**first, "status": "already_started"}


def test_the_state_machine_gets_the_planned_run(states: Any, context: Any) -> None:
    champion = Release(
        release="r1-abcdef",
        address="vigil-cats-r1-abcdef",
        model_package_arn="arn:aws:sagemaker:eu-central-1:123456789012:model-package/vigil-cats/1",
        model_data_url="s3://artifacts/runs/cats/old/output/model.tar.gz",
        since="2026-11-20T17:00:14Z",
    )
    ReleasesTable("releases").write(ReleaseState(domain="cats", champion=champion))
    answer = handler.lambda_handler({"epochs": 3, "skipDataPrep": True, "dryRun": True}, context)
    assert answer["estimated_cost_usd"] == 0.23
    started = json.loads(states.describe_execution(executionArn=answer["execution_arn"])["input"])
    assert (started["run"], started["domain"], started["reuse_latest"]) == (answer["run"], "cats", True)
    assert started["dry_run"] is True
    assert started["request"]["HyperParameters"] == {"epochs": "3"}
    [channel] = started["request"]["InputDataConfig"]
    assert channel["DataSource"]["S3DataSource"]["S3Uri"] == champion.model_data_url
