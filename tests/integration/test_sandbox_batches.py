"""Data prep in batches, with a toy function: what the run says when one batch fails."""

import io
import json
import time
import zipfile
from pathlib import Path
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_stepfunctions as sfn

from sandbox import Sandbox
from stacks.pipeline.batches import data_prep_in_batches
from stacks.pipeline.function_states import fail
from stacks.shared.rules.template import text
from tests.integration.waiting import PATIENCE_S

ROLE = "arn:aws:iam::123456789012:role/any"
CODE = """
def lambda_handler(event, context):
    if event["action"] == "list":
        return {"batches": [{"action": "batch", "run": event["run"], "batch": number} for number in range(4)]}
    if event["action"] == "batch" and event["batch"] in FAIL[event["run"]]:
        raise ValueError(f"batch {event['batch']} of {event['run']} lost its file; upload it again.")
    return {"version": event["action"]}
FAIL = {"well": (), "ill": (1, 3)}
"""


@pytest.fixture(scope="module")
def machine(sandbox: Sandbox, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The ARN of a state machine of nothing but data prep's states."""
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as package:
        package.writestr("handler.py", CODE)
    made = sandbox.client("lambda").create_function(
        FunctionName="batches",
        Runtime="python3.11",
        Role=ROLE,
        Handler="handler.lambda_handler",
        Timeout=10,
        Code={"ZipFile": archive.getvalue()},
    )
    sandbox.client("lambda").get_waiter("function_active_v2").wait(FunctionName="batches")
    definition = _definition(made["FunctionArn"], tmp_path_factory.mktemp("batches"))
    states = sandbox.client("stepfunctions")
    return states.create_state_machine(name="batches", definition=definition, roleArn=ROLE)["stateMachineArn"]


def _definition(function_arn: str, out: Path) -> str:
    app = cdk.App(outdir=str(out))
    stack = cdk.Stack(app, "Batches")
    function = lambda_.Function.from_function_arn(stack, "Function", function_arn)
    chain = data_prep_in_batches(stack, function, fail(stack, "DataPrepFailed", "data prep failed"))
    sfn.StateMachine(stack, "Machine", definition_body=sfn.DefinitionBody.from_chainable(chain))
    resources = app.synth().get_stack_by_name("Batches").template["Resources"].values()
    (found,) = (one["Properties"] for one in resources if one["Type"] == "AWS::StepFunctions::StateMachine")
    definition = json.loads(text(found["DefinitionString"]).replace("<...>", "aws"))
    return json.dumps(definition | {"QueryLanguage": "JSONata"})


def ended(sandbox: Sandbox, machine: str, run: str) -> dict[str, Any]:
    states = sandbox.client("stepfunctions")
    given = json.dumps({"run": run, "reuse_latest": False})
    arn = states.start_execution(stateMachineArn=machine, input=given)["executionArn"]
    deadline = time.monotonic() + PATIENCE_S
    while (execution := states.describe_execution(executionArn=arn))["status"] == "RUNNING":
        assert time.monotonic() < deadline
        time.sleep(0.05)
    return execution


def test_the_sentence_of_a_failed_batch_is_the_run_s(sandbox: Sandbox, machine: str) -> None:
    execution = ended(sandbox, machine, "ill")

    assert (execution["status"], execution["error"]) == ("FAILED", "DataPrepFailed")
    expected = "2 of 4 batches failed. ValueError: batch 1 of ill lost its file; upload it again."
    assert execution["cause"] == f"data prep failed: {expected}"


def test_batches_that_end_well_are_merged(sandbox: Sandbox, machine: str) -> None:
    execution = ended(sandbox, machine, "well")

    assert execution["status"] == "SUCCEEDED", execution.get("cause")
    told = {"run": "well", "reuse_latest": False, "dataset": {"version": "merge"}}
    assert json.loads(execution["output"]) == told
