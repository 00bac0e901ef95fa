"""Enrolled devices.

Needs: dynamodb:GetItem, PutItem, UpdateItem, Query on the devices table, PutItem on the audit table.
"""

import base64
import binascii
from datetime import UTC, datetime
from typing import Any

import boto3
from botocore.exceptions import ClientError
from pydantic import AwareDatetime, Field, field_validator

from inference.contracts.base import Contract
from inference.contracts.devices import DEVICE_ID
from lambdas.common.device_record import DeviceRecord
from lambdas.common.http_answers import HttpError
from lambdas.registry.audit import AuditTable

PAGE = 100


class Enrolment(Contract):
    device_id: str = Field(pattern=DEVICE_ID)
    public_key: str = Field(description="Ed25519, 32 bytes, base64")

    @field_validator("public_key")
    @classmethod
    def _is_a_key(cls, value: str) -> str:
        try:
            size = len(base64.b64decode(value, validate=True))
        except (binascii.Error, ValueError):
            raise ValueError("is no base64") from None
        if size != 32:
            raise ValueError(f"has {size} bytes; an Ed25519 key has 32")
        return value


class DeviceView(Contract):
    device_id: str
    status: str
    enrolled_at: AwareDatetime
    serving: str | None = Field(description="release that answered at its last report")
    refused: dict[str, str] = Field(description="release -> why the device does not run it")
    update_fault: str
    reported_at: AwareDatetime | None
    fetched: str | None = Field(description="release that it was handed last")
    fetched_at: AwareDatetime | None


class Devices(Contract):
    devices: tuple[DeviceView, ...]
    next: str | None = Field(default=None, description="`after` of the next page; None: this was the last")


class DevicesTable:
    def __init__(self, table: str, audit: AuditTable) -> None:
        self._table = boto3.resource("dynamodb").Table(table)
        self._audit = audit

    def page(self, domain: str, after: str | None) -> Devices:
        query: dict[str, Any] = {} if after is None else {"ExclusiveStartKey": {"domain": domain, "device_id": after}}
        found = self._table.query(
            KeyConditionExpression="#d = :domain",
            ExpressionAttributeNames={"#d": "domain"},
            ExpressionAttributeValues={":domain": domain},
            Limit=PAGE,
            **query,
        )
        devices = tuple(_view(DeviceRecord.model_validate(one)) for one in found["Items"])
        return Devices(devices=devices, next=found.get("LastEvaluatedKey", {}).get("device_id"))

    def enrol(self, domain: str, asked: Enrolment, who: str) -> DeviceView:
        """A revoked device may come back with a new key. Raises HttpError 409 for any other that is enrolled."""
        before = self._read(domain, asked.device_id)
        record = DeviceRecord(domain=domain, **dict(asked), enrolled_at=datetime.now(UTC), enrolled_by=who)
        status = "unknown" if before is None else before.status
        with self._audit.record(
            domain, who=who, what="enrol", about=asked.device_id, before=status, after=f"enrolled {asked.public_key}"
        ):
            self._put(record)
        return _view(record)

    def _put(self, record: DeviceRecord) -> None:
        try:
            self._table.put_item(
                Item=record.model_dump(mode="json"),
                ConditionExpression="attribute_not_exists(device_id) OR (#s = :revoked AND public_key <> :key)",
                ExpressionAttributeNames={"#s": "status"},
                ExpressionAttributeValues={":revoked": "revoked", ":key": record.public_key},
            )
        except self._table.meta.client.exceptions.ConditionalCheckFailedException:
            told = f"Device {record.device_id} of {record.domain} is enrolled already, or its key was revoked."
            raise HttpError(409, "is_enrolled", f"{told} Revoke it and enrol it with a new key.") from None

    def revoke(self, domain: str, device_id: str, who: str) -> DeviceView:
        """What was revoked stays so. Raises HttpError 404."""
        before = self._read(domain, device_id)
        if before is None:
            raise HttpError(404, "no_such_device", f"{domain} has no device {device_id}.")
        if before.status == "revoked":
            return _view(before)
        with self._audit.record(domain, who=who, what="revoke", about=device_id, before=before.status, after="revoked"):
            self._mark_revoked(domain, device_id)
        return _view(before.model_copy(update={"status": "revoked"}))

    def _mark_revoked(self, domain: str, device_id: str) -> None:
        try:
            self._table.update_item(
                Key={"domain": domain, "device_id": device_id},
                UpdateExpression="SET #s = :revoked",
                ConditionExpression="attribute_exists(device_id)",
                ExpressionAttributeNames={"#s": "status"},
                ExpressionAttributeValues={":revoked": "revoked"},
            )
        except ClientError as error:
            if error.response["Error"]["Code"] != "ConditionalCheckFailedException":
                raise
            raise HttpError(404, "no_such_device", f"{domain} has no device {device_id} any more.") from None

    def _read(self, domain: str, device_id: str) -> DeviceRecord | None:
        key = {"domain": domain, "device_id": device_id}
        item = self._table.get_item(Key=key, ConsistentRead=True).get("Item")
        return None if item is None else DeviceRecord.model_validate(item)


def _view(record: DeviceRecord) -> DeviceView:
    report = record.report
    return DeviceView(
        device_id=record.device_id,
        status=record.status,
        enrolled_at=record.enrolled_at,
        serving=None if report is None else report.serving,
        refused={} if report is None else report.refused,
        update_fault="" if report is None else report.update_fault,
        reported_at=record.reported_at,
        fetched=None if record.fetched is None else record.fetched.release,
        fetched_at=None if record.fetched is None else record.fetched.at,
    )
