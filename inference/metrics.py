"""Prometheus metrics of the serving process."""

from prometheus_client import CollectorRegistry, Counter, Histogram, Info

from inference.contracts import PackageManifest

LATENCY_BUCKETS_S = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5)


class ServingMetrics:
    """Counts and times requests; each instance has its own registry, so tests and servers do not share."""

    def __init__(self, manifest: PackageManifest) -> None:
        self.registry = CollectorRegistry()
        self.requests = Counter(
            "vigil_requests", "Requests to /invocations, by HTTP status", ["status"], registry=self.registry
        )
        self.latency = Histogram(
            "vigil_prediction_seconds",
            "Time of one prediction, without reading the request",
            buckets=LATENCY_BUCKETS_S,
            registry=self.registry,
        )
        package = Info("vigil_package", "The model package that answers", registry=self.registry)
        package.info({"domain": manifest.domain, "task": manifest.task, "dataset_version": manifest.dataset_version})
