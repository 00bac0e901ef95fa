"""Metric definitions: regular expressions that read numbers out of log lines."""

import re
import time
from threading import Lock
from typing import Any


class MetricReader:
    """Remembers the last value of each metric that a job's output showed."""

    def __init__(self, definitions: list[dict]) -> None:
        self._patterns = {definition["Name"]: re.compile(definition["Regex"]) for definition in definitions}
        self._last: dict[str, tuple[float, float]] = {}
        self._unpublished: list[dict] = []
        self._lock = Lock()

    def read(self, line: str) -> None:
        for name, pattern in self._patterns.items():
            if (match := pattern.search(line)) is None:
                continue
            try:
                value = float(match[1])
            except (ValueError, IndexError):
                continue
            with self._lock:
                self._last[name] = (value, time.time())
                self._unpublished.append({"MetricName": name, "Value": value, "Timestamp": time.time()})

    def final(self) -> list[dict]:
        """FinalMetricDataList of DescribeTrainingJob."""
        with self._lock:
            return [
                {"MetricName": name, "Value": value, "Timestamp": when} for name, (value, when) in self._last.items()
            ]

    def publish(self, cloudwatch: Any, job: str) -> None:
        """Send what was read since the last time to CloudWatch, under the namespace that SageMaker uses."""
        with self._lock:
            values, self._unpublished = self._unpublished, []
        dimensions = [{"Name": "TrainingJobName", "Value": job}]
        for start in range(0, len(values), 500):
            data = [value | {"Dimensions": dimensions} for value in values[start : start + 500]]
            cloudwatch.put_metric_data(Namespace="/aws/sagemaker/TrainingJobs", MetricData=data)
