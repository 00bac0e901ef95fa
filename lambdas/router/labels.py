"""Labels that people give to answered requests: each is held against the captured answer, and counted."""

import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Annotated, Any

import boto3
from pydantic import AwareDatetime, Field, ValidationError

from inference.contracts.base import Contract
from inference.contracts.strict_json import NotJson, strict_loads
from lambdas.common.errors import sentences
from lambdas.common.observability import emit
from lambdas.router.deadline import Deadline
from lambdas.router.http import HttpError, Request
from lambdas.router.models import LabelsSpec
from lambdas.router.predict import Router

METRIC = "ModelAccuracy"
MOST_ITEMS = 100
"""Values of one metric in one record: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/
CloudWatch_Embedded_Metric_Format_Specification.html"""
MOST_OBJECTS = 2000
"""Capture objects that one call reads, if it has the time: small ones where Firehose gathers for seconds only."""
SLACK = timedelta(minutes=5)
"""Of the caller's clock, and of Firehose beyond the delay that it was told to gather captures for."""
RESERVE_S = 2.0
Label = Annotated[str, Field(min_length=1, max_length=100)]


class LabelledRequest(Contract):
    request_id: str = Field(min_length=1, max_length=128)
    answered_at: AwareDatetime = Field(description="when the answer came, give or take a minute")
    labels: tuple[Label, ...] = Field(min_length=1, max_length=MOST_ITEMS, description="of each item, as answered")


class LabelledRequests(Contract):
    requests: tuple[LabelledRequest, ...] = Field(min_length=1, max_length=MOST_ITEMS)


def take_labels(router: Router, request: Request, deadline: Deadline) -> dict[str, Any]:
    """How many items were right, and the requests that no capture is known of so far. Raises HttpError."""
    spec, domain = router.env.labels, router.env.domain
    if spec is None:
        raise HttpError(404, "no_labels", f"{domain} takes no labels.")
    asked = _read(request.body)
    answered = _answers({one.request_id: one.answered_at for one in asked}, spec, domain, deadline)
    right: list[float] = []
    unknown: list[str] = []
    for one in asked:
        answers = answered.get(one.request_id, [])
        if len(answers) != len(one.labels):
            unknown.append(one.request_id)
        else:
            right += [float(label == answer) for label, answer in zip(one.labels, answers, strict=True)]
    if right:
        emit(spec.namespace, [{"Domain": domain}], {METRIC: right})
    return {"labelled": len(right), "right": round(sum(right)), "unknown": unknown}


def _read(body: bytes) -> tuple[LabelledRequest, ...]:
    try:
        asked = LabelledRequests.model_validate(strict_loads(body)).requests
    except NotJson as error:
        raise HttpError(400, "bad_request", f"The request is no JSON: {error}.") from None
    except ValidationError as error:
        raise HttpError(422, "bad_labels", f"The labels cannot be read: {sentences(error)}.") from None
    items = sum(len(one.labels) for one in asked)
    if items > MOST_ITEMS or len({one.request_id for one in asked}) != len(asked):
        told = f"There are {items} labels of {len(asked)} requests; at most {MOST_ITEMS} labels, each request once."
        raise HttpError(422, "bad_labels", told)
    return asked


def _answers(
    asked: Mapping[str, datetime], spec: LabelsSpec, domain: str, deadline: Deadline
) -> dict[str, list[str | None]]:
    """Request id -> what its items were answered, as captured. Raises HttpError: too many captures lie in between."""
    keys = _objects(asked.values(), spec, domain)
    if len(keys) > MOST_OBJECTS:
        raise HttpError(
            422,
            "too_spread",
            f"The answers' times span {len(keys)} objects of captures; {MOST_OBJECTS} are read at once: "
            "send labels of requests that were answered within some minutes of each other.",
        )
    found: dict[str, list[str | None]] = {}
    for key in keys:
        if deadline.left_s() < RESERVE_S:
            raise HttpError(503, "late", "The captures could not be read in time; send fewer labels at once.")
        body = _s3().get_object(Bucket=spec.bucket, Key=key)["Body"].read()
        for capture in map(json.loads, body.splitlines()):
            if capture["request_id"] in asked:
                found.setdefault(capture["request_id"], []).append(capture["label"])
    return found


def _objects(times: Iterable[datetime], spec: LabelsSpec, domain: str) -> list[str]:
    """Keys of captures that were delivered when those of answers at these times were: soon after each."""
    latest = timedelta(seconds=spec.delay_s) + SLACK
    moments = [at.astimezone(UTC) for at in times]
    folders = {f"captures/{domain}/{hour:%Y/%m/%d/%H}/" for at in moments for hour in (at, at - SLACK, at + latest)}
    pages = [page for one in folders for page in _pages(spec.bucket, one)]
    return sorted(
        entry["Key"]
        for page in pages
        for entry in page.get("Contents", [])
        if any(at - SLACK <= entry["LastModified"] <= at + latest for at in moments)
    )


def _pages(bucket: str, folder: str) -> Iterable[dict[str, Any]]:
    return _s3().get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=folder)


@cache
def _s3() -> Any:
    return boto3.client("s3")
