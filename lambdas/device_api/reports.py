"""Stores what devices report, each batch once."""

import json
from collections.abc import Collection
from datetime import UTC, datetime
from decimal import Decimal

from inference.contracts.devices import DeviceReport
from lambdas.common.observability import emit
from lambdas.device_api.items import DeviceItems
from lambdas.device_api.models import Received


class Reports:
    def __init__(self, items: DeviceItems) -> None:
        self._items = items

    def store(self, domain: str, device_id: str, report: DeviceReport) -> Received:
        """`known`: it, or a newer one, was delivered before. Raises HttpError 403 for a device that is revoked."""
        before = self._items.update(
            domain,
            device_id,
            "SET #report = :report, #sequence = :sequence, reported_at = :now",
            on="#sequence < :sequence",
            names={"#report": "report", "#sequence": "sequence"},
            values={
                ":report": json.loads(report.model_dump_json(), parse_float=_decimal),
                ":sequence": report.sequence,
                ":now": datetime.now(UTC).isoformat(),
            },
        )
        if before is not None:
            return Received(status="known", sequence=int(before["sequence"]["N"]))
        return Received(status="stored", sequence=report.sequence)


def _decimal(text: str) -> Decimal:
    """DynamoDB refuses numbers next to 0, such as 1e-300."""
    return round(Decimal(text), 6)


def emit_counts(namespace: str, domain: str, report: DeviceReport, published: Collection[str]) -> None:
    """A batch's metrics by domain and release, for dashboards; releases are judged from the devices table.

    `published`: the releases that have metrics of their own. Each metric costs, and devices could name any.
    """
    for counts in report.counts:
        metrics: dict[str, float] = {"DeviceInferences": counts.inferences, "DeviceFailures": counts.failures}
        if counts.p95_ms is not None:
            metrics["DeviceLatency"] = counts.p95_ms
        if counts.confidence is not None:
            metrics["DeviceConfidence"] = counts.confidence
        _emit(namespace, domain, counts.release, metrics, published)
    for release in report.refused:
        _emit(namespace, domain, release, {"DeviceRefused": 1}, published)


def _emit(namespace: str, domain: str, release: str, metrics: dict[str, float], published: Collection[str]) -> None:
    by_release = [{"Domain": domain, "Release": release}] if release in published else []
    emit(namespace, [{"Domain": domain}, *by_release], metrics)
