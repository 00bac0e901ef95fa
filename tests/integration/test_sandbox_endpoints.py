"""Endpoints of the embedded AWS: a serving process behind each."""

import io
import os
import tarfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any

import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from sandbox import Sandbox
from tests.integration.conftest import TOY_URI
from tests.integration.waiting import PATIENCE_S, eventually


@pytest.fixture(scope="module")
def runtime(sandbox: Sandbox) -> Any:
    """A client that does not retry: the tests want the first answer."""
    import boto3

    return boto3.session.Session().client(
        "sagemaker-runtime",
        endpoint_url=sandbox.endpoint_url,
        region_name=sandbox.settings.region,
        aws_access_key_id="123456789012",
        aws_secret_access_key="x",
        config=Config(retries={"total_max_attempts": 1}, max_pool_connections=20),
    )


@pytest.fixture(scope="module")
def configure(sandbox: Sandbox, bucket: str):
    """Makes a model that says `text`, and an endpoint configuration of the same name."""

    def make(name: str, text: str | None, concurrency: int = 5) -> str:
        archive = io.BytesIO()
        with tarfile.open(fileobj=archive, mode="w:gz") as tar:
            if text is not None:
                member = tarfile.TarInfo("model.txt")
                member.size = len(text)
                tar.addfile(member, io.BytesIO(text.encode()))
        sandbox.client("s3").put_object(Bucket=bucket, Key=f"models/{name}.tar.gz", Body=archive.getvalue())
        sagemaker = sandbox.client("sagemaker")
        container = {"Image": TOY_URI, "ModelDataUrl": f"s3://{bucket}/models/{name}.tar.gz"}
        sagemaker.create_model(
            ModelName=name, PrimaryContainer=container, ExecutionRoleArn="arn:aws:iam::123456789012:role/serving"
        )
        serverless = {"MemorySizeInMB": 2048, "MaxConcurrency": concurrency}
        sagemaker.create_endpoint_config(
            EndpointConfigName=name,
            ProductionVariants=[{"VariantName": "AllTraffic", "ModelName": name, "ServerlessConfig": serverless}],
        )
        return name

    return make


def until(sandbox: Sandbox, name: str, *statuses: str) -> dict:
    deadline = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline:
        endpoint = sandbox.client("sagemaker").describe_endpoint(EndpointName=name)
        if endpoint["EndpointStatus"] in statuses:
            return endpoint
        time.sleep(0.05)
    raise AssertionError(f"{name} is still {endpoint['EndpointStatus']}, not one of {statuses}")


@pytest.fixture(scope="module")
def endpoint(sandbox: Sandbox, configure) -> Iterator[str]:
    sandbox.client("sagemaker").create_endpoint(EndpointName="cats-1", EndpointConfigName=configure("v1", "one"))
    until(sandbox, "cats-1", "InService")
    yield "cats-1"
    sandbox.client("sagemaker").delete_endpoint(EndpointName="cats-1")


def ask(runtime: Any, endpoint: str, body: str | bytes) -> str:
    return runtime.invoke_endpoint(EndpointName=endpoint, Body=body, ContentType="text/plain")["Body"].read().decode()


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


def test_hundreds_of_predictions_in_parallel_all_succeed(endpoint: str, runtime: Any) -> None:
    with ThreadPoolExecutor(5) as pool:
        answers = list(pool.map(lambda number: ask(runtime, endpoint, f"cat {number}"), range(300)))

    assert [answer.split(" from")[0] for answer in answers] == [f"cat {number}" for number in range(300)]
