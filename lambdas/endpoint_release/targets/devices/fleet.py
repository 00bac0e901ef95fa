"""Reads a domain's devices. Needs dynamodb:Query on the devices table."""

from typing import Any

import boto3
from boto3.dynamodb.conditions import Key

from lambdas.common.device_record import DeviceRecord


class Fleet:
    def __init__(self, table: str, domain: str, resource: Any = None) -> None:
        self._table = (resource if resource is not None else boto3.resource("dynamodb")).Table(table)
        self._domain = domain

    def enrolled(self) -> list[DeviceRecord]:
        """Every device that was not revoked."""
        asked: dict[str, Any] = {"KeyConditionExpression": Key("domain").eq(self._domain)}
        found: list[DeviceRecord] = []
        while True:
            page = self._table.query(**asked)
            found += [DeviceRecord.model_validate(item) for item in page["Items"]]
            if "LastEvaluatedKey" not in page:
                return [device for device in found if device.status == "enrolled"]
            asked["ExclusiveStartKey"] = page["LastEvaluatedKey"]
