"""The detections table, as the review function uses it: every write is conditional. Permissions: see clients.py."""

import json
from collections.abc import Iterator, Mapping
from datetime import datetime
from hashlib import sha256
from typing import Any, NamedTuple

import boto3
from boto3.dynamodb.conditions import Key
from botocore.exceptions import ClientError

from inference.contracts.reviews import Detection
from lambdas.common.detection_items import change, detection_of, item_of
from lambdas.common.detections_table import COUNTED, EXPIRES, KEY, PROGRESS, SORT, UNTAUGHT
from lambdas.review.bursts import Burst

BURSTS = "bursts"
_BURST_KEPT_S = 86_400
_LOST = frozenset({"ConditionalCheckFailed", "TransactionConflict"})
"""https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html: somebody was quicker."""


class Known(NamedTuple):
    detection: Detection
    counted: str


class DetectionsTable:
    def __init__(self, table: str, domain: str) -> None:
        self._resource = boto3.resource("dynamodb")
        self._table, self._domain = self._resource.Table(table), domain

    def read(self, detection: str) -> Known | None:
        item = self._item(detection)
        return None if item is None else Known(detection_of(item), str(item.get(COUNTED, "")))

    def add(self, detection: Detection, expires: int) -> bool:
        """False: it is there already, and stays as it is."""
        return self._put(item_of(detection, expires), "attribute_not_exists(#sort)", {"#sort": SORT})

    def untaught(self) -> Iterator[str]:
        """Ids of detections whose reviews the training data do not follow yet; an index, so a moment behind."""
        asked: dict[str, Any] = {"IndexName": UNTAUGHT, "KeyConditionExpression": Key(UNTAUGHT).eq(self._domain)}
        while True:
            page = self._table.query(**asked)
            yield from [str(item[SORT]) for item in page["Items"]]
            if "LastEvaluatedKey" not in page:
                return
            asked["ExclusiveStartKey"] = page["LastEvaluatedKey"]

    def teach(
        self, known: Known, counted: str, progress: Mapping[str, int], labels: str, row: Mapping[str, str], put: bool
    ) -> bool:
        """All or nothing: the detection is taught, its row of `labels` written (or, not `put`, taken away), counted.

        False: somebody has changed the detection, or was at it. A transaction has at most 100 items, of one account
        and Region: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis.html
        """
        before = known.detection
        after = before.model_copy(update={"taught": before.revision})
        (key,) = [{name: value} for name, value in row.items()][:1]
        items = [
            {"Update": {"TableName": self._table.name, **change(before, after, counted)}},
            {"Put": {"TableName": labels, "Item": dict(row)}} if put else {"Delete": {"TableName": labels, "Key": key}},
        ]
        if progress:
            items.append({"Update": self._counts(progress)})
        try:
            self._resource.meta.client.transact_write_items(TransactItems=items)
        except self._resource.meta.client.exceptions.TransactionCanceledException as error:
            reasons = {one.get("Code") for one in error.response.get("CancellationReasons", [])} - {"None"}
            if reasons and reasons <= _LOST:
                return False
            raise
        return True

    def bursts(self, camera: str) -> tuple[Burst, ...]:
        item = self._item(_burst_key(camera)) or {}
        return tuple(  # an item of before decision 62 does not say which detection stands for its burst
            Burst(name, datetime.fromisoformat(since), datetime.fromisoformat(until), *stands)
            for name, since, until, *stands in json.loads(item.get(BURSTS, "[]"))
        )

    def replace_bursts(self, camera: str, before: tuple[Burst, ...], after: tuple[Burst, ...], now: datetime) -> bool:
        """False: somebody has replaced `before`."""
        item = {
            KEY: self._domain,
            SORT: _burst_key(camera),
            BURSTS: _as_text(after),
            EXPIRES: int(now.timestamp()) + _BURST_KEPT_S,
        }
        if not before:
            return self._put(item, "attribute_not_exists(#sort)", {"#sort": SORT})
        return self._put(item, "#bursts = :before", {"#bursts": BURSTS}, {":before": _as_text(before)})

    def _counts(self, progress: Mapping[str, int]) -> dict[str, Any]:
        return {
            "TableName": self._table.name,
            "Key": {KEY: self._domain, SORT: PROGRESS},
            "UpdateExpression": "ADD " + ", ".join(f"#{name} :{name}" for name in progress),
            "ExpressionAttributeNames": {f"#{name}": name for name in progress},
            "ExpressionAttributeValues": {f":{name}": by for name, by in progress.items()},
        }

    def _item(self, sort: str) -> dict[str, Any] | None:
        return self._table.get_item(Key={KEY: self._domain, SORT: sort}, ConsistentRead=True).get("Item")

    def _put(
        self, item: dict[str, Any], condition: str, names: dict[str, str], values: dict[str, Any] | None = None
    ) -> bool:
        given = {} if values is None else {"ExpressionAttributeValues": values}
        try:
            self._table.put_item(Item=item, ConditionExpression=condition, ExpressionAttributeNames=names, **given)
        except ClientError as error:
            if error.response["Error"]["Code"] == "ConditionalCheckFailedException":
                return False
            raise
        return True


def _as_text(bursts: tuple[Burst, ...]) -> str:
    return json.dumps([(one.name, one.first.isoformat(), one.last.isoformat(), one.stands) for one in bursts])


def _burst_key(camera: str) -> str:
    """Short, whatever a camera is called: a sort key has 1024 bytes at most."""
    return f"#burst#{sha256(camera.encode()).hexdigest()[:24]}"
