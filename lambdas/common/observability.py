"""Logs, traces and metrics of every function.

Traces leave only where an X-Ray daemon listens, so never on a laptop. Metrics are lines in the log (the embedded metric
format of CloudWatch): no call, no permission, no waiting.
"""

import os
from collections.abc import Mapping, Sequence

from aws_lambda_powertools import Logger, Tracer
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.metrics.provider.cloudwatch_emf.cloudwatch import AmazonCloudWatchEMFProvider

logger = Logger(service="vigil")
tracer = Tracer(service="vigil", disabled="AWS_XRAY_DAEMON_ADDRESS" not in os.environ)

UNITS = {
    "Latency": MetricUnit.Milliseconds,
    "DeviceLatency": MetricUnit.Milliseconds,
    "DeviceConfidence": MetricUnit.NoUnit,
}
"""Of metrics that are not counts."""


def emit(
    namespace: str, dimension_sets: Sequence[Mapping[str, str]], metrics: Mapping[str, float | Sequence[float]]
) -> None:
    """One record: every metric under every set of dimensions, e.g. by domain, and by domain and release.

    A metric has one value, or up to 100.
    """
    # An empty service keeps Powertools from adding a dimension that alarms and checks do not ask for.
    record = AmazonCloudWatchEMFProvider(namespace=namespace, service="", metric_set={}, dimension_set={})
    first, *others = dimension_sets
    for name, value in first.items():
        record.add_dimension(name, value)
    for dimensions in others:
        record.add_dimensions(**dimensions)
    for metric, amounts in metrics.items():
        unit = UNITS.get(metric, MetricUnit.Count)
        for amount in amounts if isinstance(amounts, Sequence) else [amounts]:
            record.add_metric(metric, unit, amount)
    record.flush_metrics()
