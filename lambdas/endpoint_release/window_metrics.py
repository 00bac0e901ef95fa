"""Reads what the router measured of a release. Needs cloudwatch:GetMetricData (which knows no resources)."""

from datetime import datetime, timedelta
from typing import Any

import boto3

from lambdas.endpoint_release.judgement import WindowMetrics

MINUTE_S = 60
SUMS = {
    "requests": "Requests",
    "errors": "Errors",
    "timeouts": "Timeouts",
    "throttles": "Throttles",
    "slow": "Slow",
    "compared": "Compared",
    "disagreements": "Disagreements",
}


class WindowMetricsReader:
    def __init__(self, namespace: str, domain: str, client: Any = None) -> None:
        self._namespace = namespace
        self._domain = domain
        self._cloudwatch = client if client is not None else boto3.client("cloudwatch")

    def read(self, release: str, since: datetime, until: datetime) -> WindowMetrics:
        """Since a step began, to the whole minute that CloudWatch keeps."""
        start = since.replace(second=0, microsecond=0)
        end = until.replace(second=0, microsecond=0) + timedelta(seconds=MINUTE_S)
        period = max(MINUTE_S, int((end - start).total_seconds()))
        queries = [self._query(name, metric, "Sum", release, MINUTE_S) for name, metric in SUMS.items()]
        queries.append(self._query("p95_ms", "Latency", "p95", release, period))
        values: dict[str, list[float]] = {}
        pages = self._cloudwatch.get_paginator("get_metric_data").paginate(
            MetricDataQueries=queries, StartTime=start, EndTime=end
        )
        for page in pages:
            for result in page["MetricDataResults"]:
                values.setdefault(result["Id"], []).extend(result["Values"])
        # A long period can fall into two: the slower one counts.
        latency = max(values.get("p95_ms", []), default=None)
        return WindowMetrics(p95_ms=latency, **{name: sum(values.get(name, [])) for name in SUMS})

    def _query(self, name: str, metric: str, statistic: str, release: str, period_s: int) -> dict[str, Any]:
        dimensions = [{"Name": "Domain", "Value": self._domain}, {"Name": "Release", "Value": release}]
        found = {"Namespace": self._namespace, "MetricName": metric, "Dimensions": dimensions}
        return {"Id": name, "MetricStat": {"Metric": found, "Period": period_s, "Stat": statistic}}
