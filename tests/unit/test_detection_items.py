"""Items of the detections table."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from inference.contracts.reviews import Answered, Detection, detection_id
from lambdas.common.detection_items import change, detection_of, item_of, key_of
from lambdas.common.detections_table import queue_of, rank_of, recent_of
from tests.unit.api_harness import make_table

AT = datetime(2026, 11, 22, 5, 30, tzinfo=UTC)


def detection(**more: Any) -> Detection:
    known = {
        "detection_id": detection_id("deer", "r1"), "domain": "deer", "request_id": "r1", "release": "r1-abc", "at": AT,
        "camera": "c1", "burst": "c1-1", "width": 640, "height": 480, "classes": ("deer",),
        "answered": Answered(boxes=()), "uncertainty": 0.25, "sampled": False,
    }  # fmt: skip
    return Detection.model_validate(known | more)


def test_an_item_is_the_detection(aws: None) -> None:
    make_table("detections", "domain", "detection_id")
    table, first = boto3.resource("dynamodb").Table("detections"), detection()
    table.put_item(Item=item_of(first, expires=1))
    second = first.model_copy(update={"status": "disputed", "revision": 1})
    table.update_item(**change(first, second))
    found = table.get_item(Key=key_of(first))["Item"]
    assert detection_of(found) == second
    assert (found["queue"], found["revision"], found["expires"]) == ("deer#disputed", 1, 1)


@pytest.mark.parametrize("quicker", [{"revision": 1}, {"taught": 1}])
def test_who_comes_second_changes_nothing(aws: None, quicker: dict[str, int]) -> None:
    make_table("detections", "domain", "detection_id")
    table, first = boto3.resource("dynamodb").Table("detections"), detection()
    table.put_item(Item=item_of(first, expires=1))
    table.update_item(**change(first, first.model_copy(update=quicker)))
    with pytest.raises(ClientError, match="ConditionalCheckFailed"):
        table.update_item(**change(first, first.model_copy(update={"revision": 1, "status": "reviewed"})))


def test_a_queue_is_of_the_domain_and_status_and_sampled_ones_wait_in_their_own() -> None:
    assert queue_of(detection()) == "deer#open"
    assert queue_of(detection(sampled=True)) == "deer#sampled"
    assert queue_of(detection(sampled=True, status="reviewed")) == "deer#reviewed"


def test_ranks_sort_by_uncertainty_and_times_by_the_moment_wherever_it_was_told() -> None:
    assert rank_of(detection(uncertainty=0.9)) < rank_of(detection(uncertainty=0.1))
    later = detection(at=(AT + timedelta(seconds=1)).astimezone(timezone(timedelta(hours=-8))))
    assert recent_of(detection()) < recent_of(later)
    other = detection(detection_id=detection_id("deer", "r2"))
    assert rank_of(detection()) != rank_of(other)


def test_what_the_training_data_do_not_follow_is_found_by_its_own_index(aws: None) -> None:
    make_table("detections", "domain", "detection_id")
    table, first = boto3.resource("dynamodb").Table("detections"), detection()
    reviewed = first.model_copy(update={"status": "reviewed", "revision": 1})
    taught = reviewed.model_copy(update={"taught": 1})
    table.put_item(Item=item_of(first, expires=1))
    assert "untaught" not in table.get_item(Key=key_of(first))["Item"]
    table.update_item(**change(first, reviewed))
    assert table.get_item(Key=key_of(first))["Item"]["untaught"] == "deer"
    table.update_item(**change(reviewed, taught, counted="missed"))
    found = table.get_item(Key=key_of(first))["Item"]
    assert "untaught" not in found
    assert found["counted"] == "missed"
