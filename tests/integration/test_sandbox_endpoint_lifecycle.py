"""An endpoint of the embedded AWS from its creation over an update to its end."""

import os
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from sandbox import Sandbox
from tests.integration.toy_endpoints import ask, until
from tests.integration.toy_endpoints import configure as configure
from tests.integration.toy_endpoints import runtime as runtime
from tests.integration.waiting import eventually


def test_an_endpoint_that_does_not_start_fails_with_the_reason(sandbox: Sandbox, configure) -> None:
    sagemaker = sandbox.client("sagemaker")
    sagemaker.create_endpoint(EndpointName="broken", EndpointConfigName=configure("nothing", None))

    failed = until(sandbox, "broken", "Failed", "InService")

    assert failed["EndpointStatus"] == "Failed"
    assert "ping health check" in failed["FailureReason"]
    sagemaker.delete_endpoint(EndpointName="broken")


def test_it_is_creating_before_it_is_in_service(sandbox: Sandbox, configure, runtime: Any, tmp_path: Path) -> None:
    sagemaker, go = sandbox.client("sagemaker"), tmp_path / "go"
    sagemaker.create_endpoint(EndpointName="early", EndpointConfigName=configure("early", f"wait for {go}"))

    assert sagemaker.describe_endpoint(EndpointName="early")["EndpointStatus"] == "Creating"
    with pytest.raises(ClientError, match="not found"):
        ask(runtime, "early", "hello")
    go.touch()
    until(sandbox, "early", "InService")
    sagemaker.delete_endpoint(EndpointName="early")


def test_an_update_changes_the_model_and_a_delete_ends_the_process(sandbox: Sandbox, configure, runtime: Any) -> None:
    sagemaker = sandbox.client("sagemaker")
    sagemaker.create_endpoint(EndpointName="moves", EndpointConfigName=configure("moves-1", "one"))
    until(sandbox, "moves", "InService")
    first = ask(runtime, "moves", "hello")
    sagemaker.update_endpoint(EndpointName="moves", EndpointConfigName=configure("moves-2", "two"))
    assert until(sandbox, "moves", "InService")["EndpointConfigName"] == "moves-2"
    second = ask(runtime, "moves", "hello")
    sagemaker.delete_endpoint(EndpointName="moves")

    assert (first.split(",")[0], second.split(",")[0]) == ("hello from one", "hello from two")
    for answer in (first, second):  # what was superseded first answers what it was asked
        pid = int(answer.split("pid ")[1])
        eventually(partial(is_gone, pid), f"the end of {answer}")
    with pytest.raises(ClientError, match="Could not find endpoint"):
        sagemaker.describe_endpoint(EndpointName="moves")


def is_gone(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    return False
