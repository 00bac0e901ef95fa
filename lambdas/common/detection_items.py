"""Items of detections: what is written to the detections table, and on which condition. Pure."""

from typing import Any

from inference.contracts.reviews import Detection
from lambdas.common.detections_table import (
    COUNTED,
    EXPIRES,
    KEY,
    QUEUE,
    RANK,
    RECENT,
    SORT,
    UNTAUGHT,
    queue_of,
    rank_of,
    recent_of,
)


def key_of(detection: Detection) -> dict[str, str]:
    return {KEY: detection.domain, SORT: detection.detection_id}


def item_of(detection: Detection, expires: int) -> dict[str, Any]:
    """A new item. `expires`: second since 1970 after which DynamoDB takes it away."""
    return {**key_of(detection), **_changing(detection), EXPIRES: expires}


def detection_of(item: dict[str, Any]) -> Detection:
    return Detection.model_validate_json(item["document"])


def change(before: Detection, after: Detection, counted: str | None = None) -> dict[str, Any]:
    """Arguments of UpdateItem, of itself or in a transaction: `after` in the place of `before`, if nobody was quicker.

    `revision` is raised by what changes reviews, `taught` alone by what teaches; either is a change. `counted`: what
    `#progress` counts it as from now on; None: as before.
    """
    new = _changing(after) | ({} if counted is None else {COUNTED: counted})
    gone = [] if UNTAUGHT in new else [UNTAUGHT]
    values = {f":{name}": value for name, value in new.items()}
    return {
        "Key": key_of(before),
        "UpdateExpression": "SET "
        + ", ".join(f"#{name} = :{name}" for name in new)
        + "".join(f" REMOVE #{name}" for name in gone),
        "ConditionExpression": "#revision = :revision_before AND #taught = :taught_before",
        "ExpressionAttributeNames": {f"#{name}": name for name in (*new, *gone)},
        "ExpressionAttributeValues": {
            **values,
            ":revision_before": before.revision,
            ":taught_before": before.taught,
        },
    }


def _changing(detection: Detection) -> dict[str, Any]:
    return {
        "document": detection.model_dump_json(),
        "revision": detection.revision,
        "taught": detection.taught,
        QUEUE: queue_of(detection),
        RANK: rank_of(detection),
        RECENT: recent_of(detection),
        **({UNTAUGHT: detection.domain} if detection.taught < detection.revision else {}),
    }
