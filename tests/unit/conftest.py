"""What unit tests of functions share: AWS in memory, and what Lambda hands a function beside its event."""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache

import boto3
import pytest
from moto import mock_aws

from tests.unit.device_api_harness import device_cloud, devices  # noqa: F401 - fixtures
from tests.unit.gate_account import account  # noqa: F401 - fixture
from tests.unit.registry_harness import asked, cats, registry_memory, send  # noqa: F401 - fixtures
from tests.unit.release_harness import harness, services  # noqa: F401 - fixtures
from tests.unit.retraining_harness import world  # noqa: F401 - fixture
from tests.unit.review_api_harness import (  # noqa: F401 - fixtures
    ask,
    detection_path,
    one_detection,
    reviews_memory,
    taught,
)
from tests.unit.review_harness import review, seen  # noqa: F401 - fixtures
from tests.unit.router_harness import router_harness  # noqa: F401 - fixture
from tests.unit.update_harness import memory  # noqa: F401 - fixture


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """An empty account in memory; no call can leave the process."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"):
        monkeypatch.setenv(name, "testing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-central-1")
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    with mock_aws():  # which takes the default session away, and gives it back in the end
        boto3.DEFAULT_SESSION = _session()
        yield


@cache
def _session() -> boto3.Session:
    """One for all tests: it has read AWS's service models, and takes its region from the environment at each client."""
    return boto3.Session()


@dataclass
class Context:
    """The parts of Lambda's context that our functions use."""

    function_name: str = "vigil-cats-function"
    memory_limit_in_mb: int = 512
    invoked_function_arn: str = "arn:aws:lambda:eu-central-1:123456789012:function:vigil-cats-function"
    aws_request_id: str = field(default_factory=lambda: str(uuid.uuid4()))
    remaining_ms: int = 600_000

    def get_remaining_time_in_millis(self) -> int:
        return self.remaining_ms


@pytest.fixture
def context() -> Context:
    return Context()
