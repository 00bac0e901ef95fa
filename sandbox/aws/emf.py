"""CloudWatch embedded metric format: metrics that a Lambda function writes as log lines.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
"""

import json
from collections.abc import Iterator
from typing import NamedTuple


class Metric(NamedTuple):
    """One value of one metric under one set of dimensions."""

    namespace: str
    name: str
    value: float
    unit: str
    dimensions: dict[str, str]


def metrics_in(log: str) -> Iterator[Metric]:
    """The metrics of every embedded-metric-format line of `log`; other lines, and malformed ones, carry none."""
    for line in log.splitlines():
        if '"_aws"' not in line:
            continue
        try:
            yield from list(_metrics_of(json.loads(line)))
        except (ValueError, KeyError, TypeError, AttributeError):
            # CloudWatch too ignores a line that breaks the specification, and keeps it as a log line.
            continue


def _metrics_of(document: dict) -> Iterator[Metric]:
    for directive in document["_aws"]["CloudWatchMetrics"]:
        for dimension_names in directive["Dimensions"]:
            dimensions = {name: str(document[name]) for name in dimension_names}
            for metric in directive["Metrics"]:
                values = document[metric["Name"]]
                for value in values if isinstance(values, list) else [values]:
                    yield Metric(
                        directive["Namespace"], metric["Name"], float(value), metric.get("Unit", "None"), dimensions
                    )
