"""A domain's own metrics, as its functions emit them (CloudWatch embedded metric format)."""

from aws_cdk import Duration
from aws_cdk import aws_cloudwatch as cloudwatch

NAMESPACE = "Vigil"


class DomainMetrics:
    """Serverless endpoints have no per-release metrics that alarms could use, so these are ours."""

    def __init__(self, domain: str) -> None:
        self._domain = domain

    def _metric(self, name: str, statistic: str) -> cloudwatch.Metric:
        return cloudwatch.Metric(
            namespace=NAMESPACE,
            metric_name=name,
            dimensions_map={"Domain": self._domain},
            statistic=statistic,
            period=Duration.minutes(1),
        )

    def requests(self) -> cloudwatch.Metric:
        return self._metric("Requests", "Sum")

    def errors(self) -> cloudwatch.Metric:
        return self._metric("Errors", "Sum")

    def throttles(self) -> cloudwatch.Metric:
        return self._metric("Throttles", "Sum")

    def latency_ms(self, percentile: int) -> cloudwatch.Metric:
        return self._metric("Latency", f"p{percentile}")

    def captures_lost(self) -> cloudwatch.Metric:
        return self._metric("CapturesLost", "Sum")

    def detections_lost(self) -> cloudwatch.Metric:
        return self._metric("DetectionsLost", "Sum")

    def fallbacks(self) -> cloudwatch.Metric:
        return self._metric("Fallbacks", "Sum")

    def disagreements(self) -> cloudwatch.Metric:
        return self._metric("Disagreements", "Sum")

    def drifted(self) -> cloudwatch.Metric:
        return self._metric("DriftedMeasures", "Maximum")

    def promoted(self) -> cloudwatch.Metric:
        return self._metric("Promoted", "Sum")

    def rolled_back(self) -> cloudwatch.Metric:
        return self._metric("RolledBack", "Sum")

    def accuracy(self, namespace: str) -> cloudwatch.Metric:
        """Of labelled answers; `lambdas/router/labels.py` emits it."""
        return cloudwatch.Metric(
            namespace=namespace,
            metric_name="ModelAccuracy",
            dimensions_map={"Domain": self._domain},
            statistic="Average",
            period=Duration.hours(1),
        )
