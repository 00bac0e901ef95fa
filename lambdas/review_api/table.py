"""The detections table, as reviewers read and change it.

Needs: dynamodb:GetItem and dynamodb:UpdateItem on the table, dynamodb:Query on its indexes.
"""

import random
import time
from collections.abc import Callable, Sequence
from decimal import Decimal
from functools import partial
from typing import Any, NamedTuple

import boto3

from inference.contracts.reviews import Detection, domain_of
from lambdas.common.detection_items import change, detection_of
from lambdas.common.detections_table import INDEX, KEY, QUEUE, RANK, RECENT, REVIEWS, SAMPLED, SORT
from lambdas.common.http_answers import HttpError
from lambdas.review_api.progress import Counts
from lambdas.review_api.tally import difference

TRIES = 8
"""Of a change while other reviews of the domain are being counted; together about a second."""
COUNTED_PAGES = 10
"""Megabytes of a queue that are counted."""


class Line(NamedTuple):
    """A detection in a queue."""

    place: str
    """Sorts it in the index that was read."""
    detection: Detection
    size: int
    """Bytes of its document."""


Lines = tuple[Sequence[Line], bool]
"""And whether there may be more behind them."""


class DetectionsTable:
    def __init__(self, table: str) -> None:
        self._table = boto3.resource("dynamodb").Table(table)
        self._client = self._table.meta.client

    def read(self, detection_id: str) -> Detection:
        """Raises HttpError 404."""
        key = {KEY: domain_of(detection_id), SORT: detection_id}
        item = self._table.get_item(Key=key, ConsistentRead=True).get("Item")
        if item is None:
            told = f"There is no detection {detection_id}, or it was kept as long as its domain keeps them."
            raise HttpError(404, "no_such_detection", told)
        return detection_of(item)

    def write(self, before: Detection, after: Detection) -> bool:
        """The change and what it adds to the domain's counts, both or neither; False: somebody was quicker."""
        counts = difference(before, after)
        updates = [{"Update": {"TableName": self._table.name, **change(before, after)}}]
        if counts:
            updates.append({"Update": {"TableName": self._table.name, **_adding(before.domain, counts)}})
        for attempt in range(TRIES):
            try:
                self._client.transact_write_items(TransactItems=updates)
                return True
            except self._client.exceptions.TransactionCanceledException as error:
                reasons = {one.get("Code") for one in error.response.get("CancellationReasons", ())}
                if "ConditionalCheckFailed" in reasons:
                    return False
                if "TransactionConflict" not in reasons:
                    raise
            time.sleep(random.uniform(0.005, 0.02) * (attempt + 1))
        raise HttpError(503, "busy", f"Too many reviews of {before.domain} are being written; send this one again.")

    def item(self, domain: str, name: str) -> dict[str, Any] | None:
        """One that is no detection."""
        return self._table.get_item(Key={KEY: domain, SORT: name}).get("Item")

    def counts(self, domain: str) -> Counts:
        """Detections by status."""
        names = ("open", SAMPLED, "reviewed", "disputed")
        found = {name: self._count(f"{domain}#{name}") for name in names}
        waiting = found["open"][0] + found[SAMPLED][0]
        everything = all(complete for _, complete in found.values())
        return Counts(waiting, found["reviewed"][0], found["disputed"][0], everything)

    def queues(self, domain: str, *, newest: bool) -> Callable[[str], Callable[[str | None, int], Lines]]:
        """For a queue's name what reads it: behind a place, so many lines."""
        return lambda name: partial(self._lines, f"{domain}#{name}", newest)

    def _lines(self, queue: str, newest: bool, after: str | None, limit: int) -> Lines:
        index, sort = (RECENT, RECENT) if newest else (INDEX, RANK)
        condition, values = "#q = :q", {":q": queue}
        if after is not None:
            condition, values = f"{condition} AND #s {'<' if newest else '>'} :s", {**values, ":s": after}
        found = self._table.query(
            IndexName=index,
            KeyConditionExpression=condition,
            ExpressionAttributeNames={"#q": QUEUE} | ({} if after is None else {"#s": sort}),
            ExpressionAttributeValues=values,
            ScanIndexForward=not newest,
            Limit=limit,
        )
        lines = [Line(one[sort], detection_of(one), len(one["document"])) for one in found["Items"]]
        return lines, "LastEvaluatedKey" in found

    def _count(self, queue: str) -> tuple[int, bool]:
        """Detections in a queue, and whether these are all."""
        counted = 0
        start: dict[str, Any] = {}
        for _ in range(COUNTED_PAGES):
            found = self._table.query(
                IndexName=INDEX,
                KeyConditionExpression="#q = :q",
                ExpressionAttributeNames={"#q": QUEUE},
                ExpressionAttributeValues={":q": queue},
                Select="COUNT",
                **start,
            )
            counted += found["Count"]
            if "LastEvaluatedKey" not in found:
                return counted, True
            start = {"ExclusiveStartKey": found["LastEvaluatedKey"]}
        return counted, False


def _adding(domain: str, counts: dict[str, int]) -> dict[str, Any]:
    names = {f"#n{at}": name for at, name in enumerate(counts)}
    return {
        "Key": {KEY: domain, SORT: REVIEWS},
        "UpdateExpression": "ADD " + ", ".join(f"{short} :v{short[2:]}" for short in names),
        "ExpressionAttributeNames": names,
        "ExpressionAttributeValues": {f":v{at}": Decimal(count) for at, count in enumerate(counts.values())},
    }
