"""Endpoints of the toy image: made, awaited, asked."""

import io
import tarfile
import time
from typing import Any

import pytest
from botocore.config import Config

from sandbox import Sandbox
from tests.integration.conftest import TOY_URI
from tests.integration.waiting import PATIENCE_S


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


def ask(runtime: Any, endpoint: str, body: str | bytes) -> str:
    return runtime.invoke_endpoint(EndpointName=endpoint, Body=body, ContentType="text/plain")["Body"].read().decode()
