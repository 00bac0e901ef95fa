"""One decision about a model at a time, and one answer for an `Idempotency-Key`: both in the requests table (key `id`).

SageMaker changes a package's approval without a condition, so two at once would both be told that they decided.
Needs: dynamodb:GetItem, PutItem, UpdateItem, DeleteItem on the requests table.
"""

import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import boto3
from aws_lambda_powertools.utilities.idempotency import (
    DynamoDBPersistenceLayer,
    IdempotencyConfig,
    idempotent_function,
)
from aws_lambda_powertools.utilities.idempotency.exceptions import (
    IdempotencyAlreadyInProgressError,
    IdempotencyValidationError,
)
from botocore.exceptions import ClientError

from lambdas.common.http_answers import HttpError
from lambdas.registry.models import TURN_S

DAY_S = 86_400


class Requests:
    def __init__(self, table: str) -> None:
        self._table = boto3.resource("dynamodb").Table(table)
        self._store = DynamoDBPersistenceLayer(table_name=table)

    @contextmanager
    def turn(self, model: str) -> Iterator[None]:
        """Raises HttpError 409 while another decision about the model is made."""
        key, mine, now = f"turn#{model}", uuid.uuid4().hex, int(time.time())
        try:
            self._table.put_item(
                Item={"id": key, "owner": mine, "expiration": now + TURN_S},
                ConditionExpression="attribute_not_exists(id) OR expiration < :now",
                ExpressionAttributeValues={":now": now},
            )
        except ClientError as error:
            if not _condition_failed(error):
                raise
            told = f"Another decision about {model} is being made; look at it again."
            raise HttpError(409, "being_decided", told) from None
        try:
            yield
        finally:
            self._leave(key, mine)

    def once(
        self, key: str | None, who: str, request: dict[str, Any], work: Callable[[], dict[str, Any]], context: Any
    ) -> dict[str, Any]:
        """What `work` answers; for a key that the caller used within a day, what it answered then.

        `context`: Lambda's, which says when the first request with the key must have ended.
        Raises HttpError 409 while the first request with the key goes on, 422 when it was another request.
        """
        if key is None:
            return work()
        config = IdempotencyConfig(
            event_key_jmespath="key", payload_validation_jmespath="request", expires_after_seconds=DAY_S
        )

        config.register_lambda_context(context)

        @idempotent_function(
            data_keyword_argument="call", persistence_store=self._store, config=config, key_prefix="registry"
        )
        def run(*, call: dict[str, Any]) -> dict[str, Any]:
            return work()

        try:
            return run(call={"key": [who, key], "request": request})
        except IdempotencyAlreadyInProgressError:
            raise HttpError(409, "being_decided", f"The request with Idempotency-Key {key} goes on.") from None
        except IdempotencyValidationError:
            told = f"Idempotency-Key {key} belongs to another request; use a new one for each decision."
            raise HttpError(422, "key_was_used", told) from None

    def _leave(self, key: str, mine: str) -> None:
        try:
            self._table.delete_item(
                Key={"id": key},
                ConditionExpression="#o = :mine",
                ExpressionAttributeNames={"#o": "owner"},
                ExpressionAttributeValues={":mine": mine},
            )
        except ClientError as error:
            if not _condition_failed(error):  # it expired, and another has its turn
                raise


def _condition_failed(error: ClientError) -> bool:
    return error.response["Error"]["Code"] == "ConditionalCheckFailedException"
