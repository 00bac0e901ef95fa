"""The releases table. Reading needs dynamodb:GetItem on it, writing dynamodb:PutItem."""

import json
from decimal import Decimal
from typing import Any

import boto3
from botocore.exceptions import ClientError

from lambdas.common.errors import VigilError
from lambdas.common.release_state import ReleaseState


class StateChangedError(VigilError):
    """Somebody else changed the release state since it was read: read it again and decide again."""


class ReleasesTable:
    """One item a domain; a strongly consistent read, a conditional write."""

    def __init__(self, table: str, resource: Any = None) -> None:
        self._table = (resource if resource is not None else boto3.resource("dynamodb")).Table(table)

    def read(self, domain: str, consistent: bool = True) -> ReleaseState:
        """The domain's state; an empty one before its first release."""
        item = self._table.get_item(Key={"domain": domain}, ConsistentRead=consistent).get("Item")
        return ReleaseState(domain=domain) if item is None else ReleaseState.model_validate(item)

    def write(self, state: ReleaseState) -> ReleaseState:
        """Store what was made from revision `state.revision` as the next one; raises StateChangedError if it is not."""
        after = state.model_copy(update={"revision": state.revision + 1})
        try:
            self._table.put_item(
                Item=json.loads(after.model_dump_json(), parse_float=Decimal),  # DynamoDB's client refuses floats
                ConditionExpression="attribute_not_exists(#d) OR #r = :before",
                ExpressionAttributeNames={"#d": "domain", "#r": "revision"},
                ExpressionAttributeValues={":before": state.revision},
            )
        except ClientError as error:
            if error.response["Error"]["Code"] == "ConditionalCheckFailedException":
                raise StateChangedError(
                    f"The release state of {state.domain} is no longer revision {state.revision}; read it again."
                ) from error
            raise
        return after
