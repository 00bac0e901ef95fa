"""A domain with reviews, and a training trigger that counts the runs it starts."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import pytest

from lambdas.retraining_trigger.clients import ProgressTable
from lambdas.retraining_trigger.models import EVENTS, RetrainingResult, RetrainingSpec
from lambdas.retraining_trigger.retrain import Retrainer

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
SPEC = RetrainingSpec(
    new_reviews=50, false_positive_share=0.5, least_reviews=20, quiet_s=3600, on_drift=True, options={"epochs": 3}
)


class FakeRuns:
    """The training trigger as it behaves: one run a token. `before`: what happens before it hears of one."""

    def __init__(self) -> None:
        self.payloads: dict[str, dict[str, Any]] = {}
        self.running: str | None = None
        self.before: Callable[[], None] = lambda: None

    def under_way(self) -> str | None:
        return self.running

    def start(self, payload: dict[str, Any]) -> str:
        self.before()
        self.payloads.setdefault(payload["runToken"], payload)
        return f"vigil-deer-{list(self.payloads).index(payload['runToken'])}"


class World:
    """A domain's items and runs; `on` sends an event."""

    def __init__(self, spec: RetrainingSpec) -> None:
        self.table, self.runs, self.spec = ProgressTable("detections", "deer"), FakeRuns(), spec

    def reviewed(self, taught: int, false_positives: int = 0) -> None:
        counts = {"taught": taught, "false_positives": false_positives}
        boto3.resource("dynamodb").Table("detections").put_item(
            Item={"domain": "deer", "detection_id": "#progress", **counts}
        )

    def on(self, event: dict[str, Any], after_s: float = 0) -> RetrainingResult:
        asked = EVENTS.validate_python(event)
        return Retrainer(self.table, self.runs, self.spec).on(asked, NOW + timedelta(seconds=after_s))

    @property
    def reasons(self) -> list[str]:
        return [payload["reason"] for payload in self.runs.payloads.values()]


@pytest.fixture
def world(aws: None) -> Iterator[World]:
    boto3.client("dynamodb").create_table(
        TableName="detections",
        KeySchema=[
            {"AttributeName": "domain", "KeyType": "HASH"},
            {"AttributeName": "detection_id", "KeyType": "RANGE"},
        ],
        AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name in ("domain", "detection_id")],
        BillingMode="PAY_PER_REQUEST",
    )
    return World(SPEC)
