"""The records of SageMaker for one account in one Region."""

import threading
from dataclasses import dataclass, field
from typing import Any

from sandbox.aws.clients import Aws
from sandbox.aws.sagemaker.errors import invalid


@dataclass
class Account:
    """Records by name (model packages by ARN), each a dictionary in the shape of its Describe answer."""

    aws: Aws
    models: dict[str, dict] = field(default_factory=dict)
    endpoint_configs: dict[str, dict] = field(default_factory=dict)
    package_groups: dict[str, dict] = field(default_factory=dict)
    packages: dict[str, dict] = field(default_factory=dict)
    training_jobs: dict[str, Any] = field(default_factory=dict)
    tuning_jobs: dict[str, Any] = field(default_factory=dict)
    endpoints: dict[str, Any] = field(default_factory=dict)
    tags: dict[str, dict[str, str]] = field(default_factory=dict)
    client_tokens: dict[str, str] = field(default_factory=dict)
    last_versions: dict[str, int] = field(default_factory=dict)
    # Held for moments only, while records are read or changed; never while waiting for a process or for S3.
    lock: threading.RLock = field(default_factory=threading.RLock)

    def tag(self, arn: str, tags: list[dict] | None) -> None:
        self.tags.setdefault(arn, {}).update({tag["Key"]: tag["Value"] for tag in tags or ()})


def find(records: dict[str, Any], name: str, missing: str) -> Any:
    """The record `name`; a ValidationException with the message `missing` when there is none, as SageMaker answers."""
    if name not in records:
        raise invalid(missing)
    return records[name]


def page(items: list[dict], request: dict, time_field: str = "CreationTime") -> tuple[list[dict], dict]:
    """The items of one List answer, newest first unless asked otherwise, and the NextToken member if there are more."""
    ordered = sorted(items, key=lambda item: item[time_field], reverse=request.get("SortOrder") != "Ascending")
    start = int(request.get("NextToken", 0))
    end = start + request.get("MaxResults", 100)
    return ordered[start:end], {"NextToken": str(end)} if end < len(ordered) else {}
