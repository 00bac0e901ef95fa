"""Stores what devices report, each batch once. Needs: dynamodb:UpdateItem on the devices table."""

import json
from datetime import UTC, datetime
from decimal import Decimal
from typing import Literal

import boto3

from inference.contracts.devices import DeviceReport
from lambdas.common.http_answers import HttpError
from lambdas.common.observability import emit


class Reports:
    def __init__(self, table: str) -> None:
        resource = boto3.resource("dynamodb")
        self._table = resource.Table(table)
        self._conditional = resource.meta.client.exceptions.ConditionalCheckFailedException

    def store(self, domain: str, device_id: str, report: DeviceReport) -> Literal["stored", "known"]:
        """`known`: it, or a newer one, was delivered before. Raises HttpError 403 for a device that is revoked."""
        try:
            self._table.update_item(
                Key={"domain": domain, "device_id": device_id},
                UpdateExpression="SET #r = :report, #q = :sequence, reported_at = :now",
                ConditionExpression="attribute_exists(device_id) AND #s = :enrolled AND #q < :sequence",
                ExpressionAttributeNames={"#r": "report", "#q": "sequence", "#s": "status"},
                ExpressionAttributeValues={
                    ":report": json.loads(report.model_dump_json(), parse_float=Decimal),
                    ":sequence": report.sequence,
                    ":now": datetime.now(UTC).isoformat(),
                    ":enrolled": "enrolled",
                },
                ReturnValuesOnConditionCheckFailure="ALL_OLD",
            )
        except self._conditional as error:
            # The low-level item: attribute -> its type -> its value
            if error.response.get("Item", {}).get("status") != {"S": "enrolled"}:
                raise HttpError(403, "not_enrolled", f"{device_id} of {domain} is not enrolled.") from None
            return "known"
        return "stored"


def emit_counts(namespace: str, domain: str, report: DeviceReport) -> None:
    """A batch's metrics by domain and release, for dashboards; releases are judged from the devices table."""
    for counts in report.counts:
        metrics: dict[str, float] = {"DeviceInferences": counts.inferences, "DeviceFailures": counts.failures}
        if counts.p95_ms is not None:
            metrics["DeviceLatency"] = counts.p95_ms
        if counts.confidence is not None:
            metrics["DeviceConfidence"] = counts.confidence
        _emit(namespace, domain, counts.release, metrics)
    for release in report.refused:
        _emit(namespace, domain, release, {"DeviceRefused": 1})


def _emit(namespace: str, domain: str, release: str, metrics: dict[str, float]) -> None:
    emit(namespace, [{"Domain": domain}, {"Domain": domain, "Release": release}], metrics)
