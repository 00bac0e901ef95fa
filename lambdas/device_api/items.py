"""The devices table, as the device function writes it. Needs: dynamodb:UpdateItem on it."""

from typing import Any

import boto3

from lambdas.common.http_answers import HttpError

Item = dict[str, dict[str, Any]]
"""As DynamoDB has it: attribute -> its type -> its value."""


class DeviceItems:
    def __init__(self, table: str) -> None:
        resource = boto3.resource("dynamodb")
        self._table = resource.Table(table)
        self._conditional = resource.meta.client.exceptions.ConditionalCheckFailedException

    def update(
        self, domain: str, device_id: str, change: str, *, on: str, names: dict[str, str], values: dict[str, Any]
    ) -> Item | None:
        """None: the enrolled device's item was changed. Otherwise the item, for which the condition `on` is false.

        Raises HttpError 403 for a device that is not enrolled.
        """
        try:
            self._table.update_item(
                Key={"domain": domain, "device_id": device_id},
                UpdateExpression=change,
                ConditionExpression=f"attribute_exists(device_id) AND #status = :enrolled AND {on}",
                ExpressionAttributeNames={"#status": "status", **names},
                ExpressionAttributeValues={":enrolled": "enrolled", **values},
                ReturnValuesOnConditionCheckFailure="ALL_OLD",
            )
        except self._conditional as error:
            item: Item = error.response.get("Item", {})
            if item.get("status") != {"S": "enrolled"}:
                raise HttpError(403, "not_enrolled", f"{device_id} of {domain} is not enrolled.") from None
            return item
        return None
