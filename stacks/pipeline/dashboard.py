"""One dashboard a domain: requests, errors, latency, the challenger, lost captures, releases."""

from aws_cdk import aws_cloudwatch as cloudwatch
from constructs import Construct

from stacks.pipeline.domain_context import DomainContext
from stacks.pipeline.metrics import DomainMetrics


class DomainDashboard(cloudwatch.Dashboard):
    def __init__(self, scope: Construct, construct_id: str, *, domain: DomainContext, metrics: DomainMetrics) -> None:
        super().__init__(scope, construct_id, dashboard_name=domain.names.prefix)
        rows = (
            ("Predictions", (metrics.requests(), metrics.errors(), metrics.throttles())),
            ("Latency (ms)", tuple(metrics.latency_ms(percentile) for percentile in (50, 95, 99))),
            ("Challenger", (metrics.fallbacks(), metrics.disagreements())),
            ("Captures lost", (metrics.captures_lost(),)),
            ("Releases", (metrics.promoted(), metrics.rolled_back())),
        )
        self.add_widgets(*(cloudwatch.GraphWidget(title=title, left=list(left), width=12) for title, left in rows))
