"""Endpoints of the embedded AWS: a serving process behind each."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from itertools import islice
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from sandbox import Sandbox
from tests.integration.toy_endpoints import ask, until
from tests.integration.toy_endpoints import configure as configure
from tests.integration.toy_endpoints import runtime as runtime
from tests.integration.waiting import PATIENCE_S


@pytest.fixture(scope="module")
def endpoint(sandbox: Sandbox, configure) -> Iterator[str]:
    sandbox.client("sagemaker").create_endpoint(EndpointName="cats-1", EndpointConfigName=configure("v1", "one"))
    until(sandbox, "cats-1", "InService")
    yield "cats-1"
    sandbox.client("sagemaker").delete_endpoint(EndpointName="cats-1")


def test_a_refusal_of_the_container_is_a_model_error(endpoint: str, runtime: Any) -> None:
    with pytest.raises(ClientError) as refused:
        ask(runtime, endpoint, "refuse")

    answer = refused.value.response
    assert answer["Error"]["Code"] == "ModelError"
    assert answer["ResponseMetadata"]["HTTPStatusCode"] == 424
    assert (answer["OriginalStatusCode"], answer["OriginalMessage"]) == (400, "no such cat")


def test_more_than_four_megabytes_are_refused(endpoint: str, runtime: Any) -> None:
    with pytest.raises(ClientError, match="4194304") as refused:
        ask(runtime, endpoint, b"x" * (4 * 1024 * 1024 + 1))

    assert refused.value.response["ResponseMetadata"]["HTTPStatusCode"] == 413


@pytest.mark.parametrize("crash", ["crash", "crash slowly"])
def test_a_crash_is_an_error_and_the_next_request_starts_it_again(endpoint: str, runtime: Any, crash: str) -> None:
    before = ask(runtime, endpoint, "hello")

    with pytest.raises(ClientError) as crashed:
        ask(runtime, endpoint, crash)
    after = ask(runtime, endpoint, "hello")

    assert crashed.value.response["OriginalStatusCode"] == 500
    assert before.startswith("hello from one")
    assert after.startswith("hello from one")
    assert before != after


def test_more_than_its_concurrency_is_throttled(sandbox: Sandbox, configure, runtime: Any, tmp_path: Path) -> None:
    sagemaker, go = sandbox.client("sagemaker"), tmp_path / "go"
    sagemaker.create_endpoint(EndpointName="narrow", EndpointConfigName=configure("narrow", "n", concurrency=2))
    until(sandbox, "narrow", "InService")

    def code() -> str:
        try:
            return ask(runtime, "narrow", f"wait for {go}")
        except ClientError as error:
            return error.response["Error"]["Code"]

    with ThreadPoolExecutor(4) as pool:
        asked = [pool.submit(code) for _ in range(4)]
        try:
            turned_away = [one.result() for one in islice(as_completed(asked, timeout=PATIENCE_S / 3), 2)]
        finally:
            go.touch()

    assert turned_away == ["ThrottlingException", "ThrottlingException"]
    assert sorted(one.result() for one in asked) == [*turned_away, "waited", "waited"]
    sagemaker.delete_endpoint(EndpointName="narrow")


def test_an_update_that_fails_keeps_what_served_before(
    sandbox: Sandbox, endpoint: str, configure, runtime: Any
) -> None:
    sagemaker = sandbox.client("sagemaker")
    sagemaker.update_endpoint(EndpointName=endpoint, EndpointConfigName=configure("bad-update", None))

    time.sleep(0.05)
    after = until(sandbox, endpoint, "InService")

    assert "ping health check" in after["FailureReason"]
    assert after["EndpointConfigName"] == "v1"
    assert ask(runtime, endpoint, "hello").startswith("hello from one")


def test_hundreds_of_predictions_in_parallel_all_succeed(endpoint: str, runtime: Any) -> None:
    with ThreadPoolExecutor(5) as pool:
        answers = list(pool.map(lambda number: ask(runtime, endpoint, f"cat {number}"), range(300)))

    assert [answer.split(" from")[0] for answer in answers] == [f"cat {number}" for number in range(300)]
