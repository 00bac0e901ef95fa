"""Who decided what: entries that are written once and never changed (key: `domain`, `entry` = <time>#<id>).

Needs: dynamodb:PutItem, dynamodb:Query on the audit table.
"""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any, Literal

import boto3
from pydantic import AwareDatetime, Field

from inference.contracts.base import Contract
from lambdas.common.http_answers import HttpError

NEWEST = 50


class AuditEntry(Contract):
    """Each decision has one entry before it is tried, and one that says how that ended."""

    at: AwareDatetime
    who: str = Field(description="ARN of a program, or the name that a person signed in with")
    what: Literal["approve", "reject", "rollout", "promote", "rollback", "enrol", "revoke"]
    about: str = Field(description="a version or a device")
    before: str
    after: str
    outcome: Literal["asked", "done", "refused", "failed"]
    decision: str = Field(description="the same in both entries")


class Audit(Contract):
    entries: tuple[AuditEntry, ...] = Field(description="the newest, newest first")


class AuditTable:
    def __init__(self, table: str) -> None:
        self._table = boto3.resource("dynamodb").Table(table)

    @contextmanager
    def record(self, domain: str, **decision: Any) -> Iterator[None]:
        """Around what is decided: nothing is changed whose entry could not be written."""
        id_ = uuid.uuid4().hex
        self._put(domain, id_, "asked", decision)
        try:
            yield
        except HttpError as error:
            self._put(domain, id_, "refused" if error.status < 500 else "failed", decision)
            raise
        except Exception:
            self._put(domain, id_, "failed", decision)
            raise
        self._put(domain, id_, "done", decision)

    def newest(self, domain: str) -> Audit:
        found = self._table.query(
            KeyConditionExpression="#d = :domain",
            ExpressionAttributeNames={"#d": "domain"},
            ExpressionAttributeValues={":domain": domain},
            ScanIndexForward=False,
            Limit=NEWEST,
        )["Items"]
        keys = ("domain", "entry")
        return Audit(
            entries=tuple(
                AuditEntry.model_validate({name: value for name, value in one.items() if name not in keys})
                for one in found
            )
        )

    def _put(self, domain: str, id_: str, outcome: str, decision: dict[str, Any]) -> None:
        at = datetime.now(UTC)
        entry = AuditEntry.model_validate({"at": at, "outcome": outcome, "decision": id_, **decision})
        self._table.put_item(
            Item={"domain": domain, "entry": f"{at.isoformat()}#{id_}", **entry.model_dump(mode="json")},
            ConditionExpression="attribute_not_exists(entry)",
        )
