"""MiniStack and moto, with the sandbox's hooks into them, in a process that each program gets a fork of."""

import json
import os
import subprocess
import sys
import textwrap
from collections.abc import Callable, Iterator
from pathlib import Path
from subprocess import PIPE

import pytest

Program = Callable[[str], str]

PRELUDE = """
import json
from ministack import app
from ministack.core import lambda_runtime, responses, router
from ministack.services import cloudwatch, eventbridge, lambda_svc, s3, stepfunctions
from ministack.services.cloudformation import provisioners, stacks
from moto.moto_server import werkzeug_app
from sandbox.aws import hooks

def execute(definition):
    machine = "arn:aws:states:us-west-2:123456789012:stateMachine:m"
    stepfunctions._state_machines[machine] = {"name": "m", "definition": json.dumps(definition)}
    execution = {"executionArn": "e", "stateMachineArn": machine, "status": "RUNNING", "input": "{}", "name": "e",
                 "startDate": "2026-11-01T00:00:00Z", "events": [], "sync": True}
    stepfunctions._executions["e"] = execution
    stepfunctions._run_execution("e")
    return execution
"""


SERVER = (
    PRELUDE
    + """
import os, sys, traceback
for line in sys.stdin:
    code, out = json.loads(line)
    child = os.fork()
    if not child:
        status = 0
        for stream in (1, 2):
            os.dup2(os.open(f"{out}.{stream}", os.O_CREAT | os.O_TRUNC | os.O_WRONLY), stream)
        try:
            exec(code, globals())
        except BaseException:
            traceback.print_exc()
            status = 1
        sys.stdout.flush()
        os._exit(status)
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
"""
)


@pytest.fixture(scope="module")
def ministack() -> Iterator[subprocess.Popen[str]]:
    """A process that has the prelude behind it, and forks for every program that it is told."""
    environment = {
        "PATH": os.environ["PATH"],
        "BIND_HOST": "127.0.0.1",
        "MINISTACK_REGION": "us-west-2",
        "MINISTACK_ACCOUNT_ID": "123456789012",
        "LOG_LEVEL": "ERROR",
    }
    command = [sys.executable, "-c", SERVER]
    with subprocess.Popen(command, stdin=PIPE, stdout=PIPE, text=True, env=environment) as process:
        yield process
        process.stdin.close()


@pytest.fixture
def in_ministack(ministack: subprocess.Popen[str], tmp_path: Path) -> Program:
    """Runs code in a process of its own after the prelude, and answers what it printed."""

    def run(code: str) -> str:
        print(json.dumps([textwrap.dedent(code), str(tmp_path / "printed")]), file=ministack.stdin, flush=True)
        status = ministack.stdout.readline().strip()
        printed, errors = ((tmp_path / f"printed.{stream}").read_text() for stream in (1, 2))
        assert status == "0", errors
        return printed.strip()

    return run
