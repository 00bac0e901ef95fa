"""The device functions in this process, in front of a bucket and a table in memory (moto), and enrolled devices.

moto answers in AWS's place. What it takes is measured apart: on AWS it is a network's wait, not this processor's work.
"""

import base64
import os
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from unittest.mock import patch

import boto3
import jwt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from moto import mock_aws
from moto.core.botocore_stubber import BotocoreStubber

from inference.contracts.devices import AUDIENCE, LONGEST_TOKEN_S
from lambdas.common.device_files import repository_folder
from lambdas.common.device_record import DeviceRecord
from lambdas.device_api import handler as device_api
from lambdas.device_authorizer import handler as authorizer
from tests.device.signed import SignedRepository
from tests.device.toys import DOMAIN
from tests.unit.api_harness import make_table

BUCKET, TABLE = "artifacts", "devices"
CACHED = (authorizer.devices, device_api.variables, device_api.repository, device_api.items)


@dataclass
class Mock:
    """Seconds of this thread's processor and of the clock that moto took so far, and what was asked of it."""

    cpu_s: float = 0.0
    wall_s: float = 0.0
    asked: list[str] = field(default_factory=list)


@contextmanager
def aws() -> Iterator[Mock]:
    mock, answer = Mock(), BotocoreStubber.__call__

    def measured(self: BotocoreStubber, event_name: str, request: Any, **more: Any) -> Any:
        cpu, wall = time.thread_time(), time.perf_counter()
        try:
            return answer(self, event_name, request, **more)
        finally:
            mock.cpu_s += time.thread_time() - cpu
            mock.wall_s += time.perf_counter() - wall
            mock.asked.append(event_name.removeprefix("before-send."))

    variables = {"AWS_DEFAULT_REGION": "us-west-2", "BUCKET": BUCKET, "DEVICES_TABLE": TABLE}
    variables |= {"AWS_ACCESS_KEY_ID": "in memory", "AWS_SECRET_ACCESS_KEY": "in memory"}
    with patch.dict(os.environ, variables), mock_aws():
        os.environ.pop("AWS_ENDPOINT_URL", None)
        make_table(TABLE, "domain", "device_id")
        boto3.client("s3").create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": "us-west-2"})
        for one in CACHED:
            one.cache_clear()
        with patch.object(BotocoreStubber, "__call__", measured):
            yield mock
    for one in CACHED:
        one.cache_clear()


def publish(repository: SignedRepository) -> None:
    """What the function remembers of the repository before is forgotten."""
    device_api.repository.cache_clear()
    s3 = boto3.client("s3")
    for path, content in repository.files.items():
        s3.put_object(Bucket=BUCKET, Key=repository_folder(DOMAIN) + path, Body=content)


def enrol(devices: Sequence[str], key: Callable[[str], Ed25519PrivateKey]) -> None:
    table = boto3.resource("dynamodb").Table(TABLE)
    with table.batch_writer() as batch:
        for device in devices:
            public = base64.b64encode(key(device).public_key().public_bytes_raw()).decode()
            record = DeviceRecord(domain=DOMAIN, device_id=device, public_key=public, enrolled_at=datetime.now(UTC))
            batch.put_item(Item=record.model_dump(mode="json"))


def token(device: str, key: Ed25519PrivateKey) -> str:
    now = int(time.time())
    claims = {"sub": device, "iss": DOMAIN, "aud": AUDIENCE, "iat": now, "exp": now + LONGEST_TOKEN_S}
    return jwt.encode(claims, key, algorithm="EdDSA", headers={"kid": f"{DOMAIN}/{device}"})
