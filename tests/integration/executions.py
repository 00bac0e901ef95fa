"""State machines of the embedded AWS: started, and followed to their end."""

import json
import time
from typing import Any

from sandbox import Sandbox
from tests.integration.waiting import PATIENCE_S

ROLE = "arn:aws:iam::123456789012:role/any"


def execute(sandbox: Sandbox, name: str, states: dict[str, Any], input_: dict | None = None) -> str:
    """Start a state machine whose states follow each other, and answer the execution's ARN."""
    definition = {"QueryLanguage": "JSONata", "StartAt": next(iter(states)), "States": states}
    machine = sandbox.client("stepfunctions").create_state_machine(
        name=name, definition=json.dumps(definition), roleArn=ROLE
    )["stateMachineArn"]
    return sandbox.client("stepfunctions").start_execution(stateMachineArn=machine, input=json.dumps(input_ or {}))[
        "executionArn"
    ]


def finish(sandbox: Sandbox, execution: str) -> dict:
    deadline = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline:
        found = sandbox.client("stepfunctions").describe_execution(executionArn=execution)
        if found["status"] != "RUNNING":
            return found
        time.sleep(0.05)
    raise AssertionError(f"{execution} still runs")
