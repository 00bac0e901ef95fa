"""Alarm evaluation as CloudWatch does it: dimensions, periods, M out of N, missing data.

MiniStack's own looks at a metric's name only, whichever domain or function it belongs to, and only when a metric comes
in through PutMetricData. This one asks and answers through CloudWatch's public API.
https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-evaluation.html
"""

import logging
import operator
import threading
import time
from datetime import UTC, datetime
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from sandbox.aws.clients import Aws

SECONDS_BETWEEN_EVALUATIONS = 2.0
MOST_QUERIES = 500
"""Of one GetMetricData: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricData.html"""
_COMPARISONS = {
    "GreaterThanThreshold": operator.gt,
    "GreaterThanOrEqualToThreshold": operator.ge,
    "LessThanThreshold": operator.lt,
    "LessThanOrEqualToThreshold": operator.le,
}
_log = logging.getLogger(__name__)


def watch(aws: Aws) -> None:
    """Evaluate the alarms of one account and Region for as long as this process lives."""

    def evaluate_for_ever() -> None:
        before = time.time()
        while True:
            time.sleep(SECONDS_BETWEEN_EVALUATIONS)
            now = time.time()
            try:
                for detail, arn in evaluate_all(aws.cloudwatch, now, before):
                    aws.publish("CloudWatch Alarm State Change", detail, arn, source="aws.cloudwatch")
            except (ClientError, BotoCoreError) as error:
                _log.warning("alarms were not evaluated: %s", error)
            before = now

    threading.Thread(target=evaluate_for_ever, daemon=True, name="alarms").start()


def evaluate_all(cloudwatch: Any, now: float, before: float | None = None) -> list[tuple[dict, str]]:
    """Give every metric alarm the state that its metric says at `now`; the details of the events to tell, and ARNs.

    `before`: when this was last done. A period that has ended since is looked at once more, for its last values.
    """
    pages = cloudwatch.get_paginator("describe_alarms").paginate(AlarmTypes=["MetricAlarm"])
    # Anomaly bands and metric mathematics are left out: MiniStack's GetMetricData cannot compute them.
    alarms = [
        alarm
        for page in pages
        for alarm in page["MetricAlarms"]
        if alarm["ComparisonOperator"] in _COMPARISONS and "MetricName" in alarm
    ]
    changed = []
    for first in range(0, len(alarms), MOST_QUERIES):
        some = alarms[first : first + MOST_QUERIES]
        for alarm, values in zip(some, _values(cloudwatch, some, now, before), strict=True):
            state = next_state(alarm, values)
            if state != alarm["StateValue"]:
                reason = f"Threshold {alarm['Threshold']} against {[value for value in values if value is not None]}"
                cloudwatch.set_alarm_state(AlarmName=alarm["AlarmName"], StateValue=state, StateReason=reason)
                changed.append((_change(alarm, state, reason, now), alarm["AlarmArn"]))
    return changed


def _change(alarm: dict, state: str, reason: str, now: float) -> dict:
    """https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch-and-eventbridge.html."""
    before = {"value": alarm["StateValue"], "reason": alarm.get("StateReason", "")}
    timestamp = datetime.fromtimestamp(now, UTC).strftime("%Y-%m-%dT%H:%M:%S.000+0000")
    metric = {
        "namespace": alarm["Namespace"],
        "name": alarm["MetricName"],
        "dimensions": {one["Name"]: one["Value"] for one in alarm.get("Dimensions", ())},
    }
    stat = {"metric": metric, "period": alarm["Period"], "stat": alarm.get("ExtendedStatistic") or alarm["Statistic"]}
    return {
        "alarmName": alarm["AlarmName"],
        "configuration": {"metrics": [{"id": "m1", "metricStat": stat, "returnData": True}]},
        "previousState": before,
        "state": {"value": state, "reason": reason, "timestamp": timestamp},
    }


def next_state(alarm: dict, values: list[float | None]) -> str:
    """ALARM, OK or INSUFFICIENT_DATA for the values of the last periods, None where there are none."""
    compare = _COMPARISONS[alarm["ComparisonOperator"]]
    missing = alarm.get("TreatMissingData", "missing")
    if all(value is None for value in values) and missing in ("missing", "ignore"):
        return "INSUFFICIENT_DATA" if missing == "missing" else alarm["StateValue"]
    breaching = sum(missing == "breaching" if value is None else compare(value, alarm["Threshold"]) for value in values)
    return "ALARM" if breaching >= alarm.get("DatapointsToAlarm", alarm["EvaluationPeriods"]) else "OK"


def _values(cloudwatch: Any, alarms: list[dict], now: float, before: float | None) -> list[list[float | None]]:
    """Of each alarm's metric in each of the periods that it looks at, the one that is still running included."""
    starts = [_starts(alarm, now if before is None else before) for alarm in alarms]
    queries = [{"Id": f"m{number}", "MetricStat": _metric_stat(alarm)} for number, alarm in enumerate(alarms)]
    answer = cloudwatch.get_metric_data(
        MetricDataQueries=queries, StartTime=min(one[0] for one in starts), EndTime=now + 1
    )
    found = {
        one["Id"]: {int(when.timestamp()): value for when, value in zip(one["Timestamps"], one["Values"], strict=True)}
        for one in answer["MetricDataResults"]
    }
    return [[found[f"m{number}"].get(start) for start in one] for number, one in enumerate(starts)]


def _starts(alarm: dict, now: float) -> list[int]:
    period = alarm["Period"]
    last = int(now // period) * period
    return [last - index * period for index in reversed(range(alarm["EvaluationPeriods"]))]


def _metric_stat(alarm: dict) -> dict:
    metric = {name: alarm[name] for name in ("Namespace", "MetricName", "Dimensions") if name in alarm}
    statistic = alarm.get("ExtendedStatistic") or alarm["Statistic"]
    return {"Metric": metric, "Period": alarm["Period"], "Stat": statistic}
