"""Sends the truth of answered questions as labels, and looks at what the accuracy metric and its alarm make of them."""

import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from sandbox.demo.predictions import Answered
from sandbox.deployment import Deployment
from stacks.settings import APP
from stacks.shared.names import Names

AT_ONCE = 100
COUNTED_WITHIN_S = 90
POLL_S = 0.5


def send_labels(deployment: Deployment, domain: str, answered: Sequence[Answered]) -> dict[str, Any]:
    """Empty where the domain has no alarm on its accuracy: it takes no labels. Questions are of one item each."""
    alarm = _alarm(deployment, domain)
    requests = [
        {"request_id": one.answer["request_id"], "answered_at": one.at.isoformat(), "labels": [one.question.truth]}
        for one in answered
        if one.question.truth is not None
    ]
    if alarm is None or not requests:
        return {}
    client = deployment.predict_client()
    parts = [requests[first : first + AT_ONCE] for first in range(0, len(requests), AT_ONCE)]
    told = [client.label(domain, part) for part in parts]
    labelled = sum(one["labelled"] for one in told)
    accuracy = _accuracy(deployment, alarm, labelled)
    state = _settled(deployment, domain, below=accuracy is not None and accuracy < alarm["Threshold"])
    return {
        "labelled": labelled,
        "right": sum(one["right"] for one in told),
        "unknown": sum(len(one["unknown"]) for one in told),
        "namespace": alarm["Namespace"],
        "metric": alarm["MetricName"],
        "accuracy": accuracy,
        "alarm_below": alarm["Threshold"],
        "alarm": state,
    }


def _alarm(deployment: Deployment, domain: str) -> dict[str, Any] | None:
    name = Names(APP, domain).of("ModelAccuracy")
    found = deployment.cloudwatch.describe_alarms(AlarmNames=[name])["MetricAlarms"]
    return found[0] if found else None


def _accuracy(deployment: Deployment, alarm: dict[str, Any], labelled: int) -> float | None:
    """The metric's average over all labels, as soon as it has them; of fewer when they do not come."""
    deadline = time.monotonic() + COUNTED_WITHIN_S
    while True:
        now = datetime.now(UTC)
        points = deployment.cloudwatch.get_metric_statistics(
            Namespace=alarm["Namespace"],
            MetricName=alarm["MetricName"],
            Dimensions=alarm["Dimensions"],
            StartTime=now - timedelta(hours=2),
            EndTime=now + timedelta(minutes=1),
            Period=alarm["Period"],
            Statistics=["Sum", "SampleCount"],
        )["Datapoints"]
        count = sum(point["SampleCount"] for point in points)
        if count >= labelled or time.monotonic() > deadline:
            return sum(point["Sum"] for point in points) / count if count else None
        time.sleep(POLL_S)


def _settled(deployment: Deployment, domain: str, *, below: bool) -> str:
    """The alarm's state, once it is what the metric asks for; or whatever it is after some time."""
    expected = "ALARM" if below else "OK"
    deadline = time.monotonic() + COUNTED_WITHIN_S
    while (state := (_alarm(deployment, domain) or {}).get("StateValue", "")) != expected:
        if time.monotonic() > deadline:
            break
        time.sleep(POLL_S)
    return state
