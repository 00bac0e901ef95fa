"""Clients of the embedded AWS's own S3, CloudWatch and EventBridge, for what the plug-in adds."""

import json
from functools import cached_property
from typing import Any

import boto3
from botocore.config import Config

from sandbox.aws import hooks
from sandbox.aws.settings import Settings

EVENT_SOURCE = "aws.sagemaker"


class Aws:
    """One account in one Region of the embedded AWS."""

    def __init__(self, settings: Settings, account: str, region: str) -> None:
        self.settings = settings
        self.account = account
        self.region = region

    def client(self, service: str) -> Any:
        return boto3.session.Session().client(
            service,
            endpoint_url=self.settings.endpoint_url,
            region_name=self.region,
            aws_access_key_id=self.account,
            aws_secret_access_key="embedded",
            config=Config(max_pool_connections=16, retries={"mode": "standard", "max_attempts": 4}),
        )

    @cached_property
    def s3(self) -> Any:
        return self.client("s3")

    @cached_property
    def logs(self) -> Any:
        return self.client("logs")

    @cached_property
    def cloudwatch(self) -> Any:
        return self.client("cloudwatch")

    def read(self, uri: str) -> bytes:
        """The object at an S3 URI. Raises FileNotFoundError when it is not there."""
        content = hooks.read_object(self.account, self.region, *split_uri(uri))
        if content is None:
            raise FileNotFoundError(f"no object {uri}")
        return content

    def arn(self, kind: str, name: str) -> str:
        return f"arn:aws:sagemaker:{self.region}:{self.account}:{kind}/{name.lower()}"

    def publish(self, detail_type: str, detail: dict, arn: str, source: str = EVENT_SOURCE) -> None:
        """Put an event of an AWS service on the default bus."""
        entry = {
            "Source": source,
            "DetailType": detail_type,
            "Detail": json.dumps(detail),
            "Resources": [arn],
        }
        hooks.put_aws_event(self.account, self.region, entry)


def split_uri(uri: str) -> tuple[str, str]:
    """Bucket and key of an `s3://` URI, or of the path-style https form that the console shows.

    Raises ValueError for anything else.
    """
    scheme, _, rest = uri.partition("://")
    if scheme == "https" and rest.startswith("s3"):
        rest = rest.partition("/")[2]
    elif scheme != "s3":
        raise ValueError(f"{uri!r} is no S3 URI; write s3://bucket/key")
    bucket, _, key = rest.partition("/")
    return bucket, key


def milliseconds(detail: dict) -> dict:
    """A description with its times in milliseconds, as the events of SageMaker carry them."""
    return {
        name: int(value * 1000)
        if name.endswith("Time") and isinstance(value, float)
        else [milliseconds(item) if isinstance(item, dict) else item for item in value]
        if isinstance(value, list)
        else value
        for name, value in detail.items()
    }
