"""Which state an alarm gets for which values."""

from datetime import UTC, datetime
from typing import Any

import pytest

from sandbox.aws.alarms import evaluate_all, next_state

NOW = datetime(2026, 11, 22, tzinfo=UTC).timestamp()
ALARM = {"ComparisonOperator": "GreaterThanThreshold", "Threshold": 5, "EvaluationPeriods": 3, "StateValue": "OK"}


class FakeCloudWatch:
    """One alarm, which is OK, and one value of its metric."""

    def __init__(self, value: float) -> None:
        self._value = value
        self.reason = ""

    def get_paginator(self, name: str) -> Any:
        return self

    def paginate(self, **asked: Any) -> list[dict]:
        metric = {"Namespace": "Vigil", "MetricName": "Drift", "Period": 60, "Statistic": "Maximum"}
        one = {**ALARM, **metric, "EvaluationPeriods": 1, "AlarmName": "a", "AlarmArn": "arn:a", "StateReason": "was"}
        return [{"MetricAlarms": [one]}]

    def get_metric_data(self, **asked: Any) -> dict:
        assert asked["StartTime"] <= NOW < asked["EndTime"]
        at = datetime.fromtimestamp(NOW, UTC)
        results = [{"Id": one["Id"], "Timestamps": [at], "Values": [self._value]} for one in asked["MetricDataQueries"]]
        return {"MetricDataResults": results}

    def set_alarm_state(self, **asked: Any) -> None:
        self.reason = asked["StateReason"]


@pytest.mark.parametrize(
    ("values", "state"),
    [
        ([6, 6, 6], "ALARM"),
        ([6, 6, 5], "OK"),
        ([None, 6, 6], "OK"),
        ([None, None, None], "INSUFFICIENT_DATA"),
    ],
)
def test_all_periods_must_breach_unless_told_otherwise(values: list, state: str) -> None:
    assert next_state(ALARM, values) == state


def test_m_out_of_n_periods_are_enough() -> None:
    assert next_state(ALARM | {"DatapointsToAlarm": 2}, [6, 1, 6]) == "ALARM"


@pytest.mark.parametrize(
    ("treatment", "state"),
    [("notBreaching", "OK"), ("breaching", "ALARM"), ("ignore", "OK"), ("missing", "INSUFFICIENT_DATA")],
)
def test_missing_data_is_treated_as_the_alarm_says(treatment: str, state: str) -> None:
    assert next_state(ALARM | {"TreatMissingData": treatment}, [None, None, None]) == state


def test_zero_is_a_value() -> None:
    assert next_state(ALARM | {"ComparisonOperator": "LessThanThreshold", "Threshold": 1}, [0, 0, 0]) == "ALARM"


def test_a_change_of_state_is_told_as_cloudwatch_tells_it() -> None:
    """https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch-and-eventbridge.html."""
    client = FakeCloudWatch(value=7.0)
    [(detail, arn)] = evaluate_all(client, NOW)
    assert (detail["alarmName"], arn) == ("a", "arn:a")
    assert detail["state"] == {"value": "ALARM", "reason": client.reason, "timestamp": "2026-11-22T00:00:00.000+0000"}
    assert detail["previousState"]["value"] == "OK"
    assert evaluate_all(FakeCloudWatch(value=1.0), NOW) == []


def test_a_value_that_came_as_its_period_ended_is_not_overlooked() -> None:
    assert evaluate_all(FakeCloudWatch(value=7.0), NOW + 61, before=NOW + 59)
    assert evaluate_all(FakeCloudWatch(value=1.0), NOW + 61, before=NOW + 59) == []
