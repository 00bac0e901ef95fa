"""Predictions and reviews whose event was lost, failures first."""

import json
from datetime import timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

from lambdas.common.detection_items import change
from lambdas.review import stage
from tests.unit.review_harness import AT, ID, INCOMING, KEPT, ReviewHarness, jpeg


@pytest.fixture
def lost(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """What was told of lost detections."""
    told: list[Any] = []
    monkeypatch.setattr(stage, "emit", lambda *metrics: told.append(metrics))
    return told


def sweep(review: ReviewHarness, waited_s: float = 0) -> int:
    return int(review.send(action="sweep", waited_s=waited_s)["detections"])


@pytest.mark.parametrize("picture", [b"", b"no picture"])
def test_what_never_becomes_a_detection_is_counted_once_and_quarantined(
    review: ReviewHarness, lost: list[Any], picture: bytes
) -> None:
    review.hand_over(picture)
    other = review.hand_over(jpeg(), "r2")
    review.s3.put_object(Bucket="artifacts", Key="detections/deer/incoming/odd", Body=b"")
    assert [sweep(review) for _ in range(2)] == [1, 0]
    assert lost == [("Vigil", [{"Domain": "deer"}], {"DetectionsLost": 1})] * 2
    unusable = {name: f"detections/deer/quarantine/{name}" for name in (ID, "odd")}
    assert review.keys("artifacts") == sorted([f"detections/deer/pictures/{other}.jpg", *unusable.values()])
    found = review.s3.get_object(Bucket="artifacts", Key=unusable[ID])
    assert found["Body"].read().endswith(picture)
    assert "picture" in found["Metadata"]["reason"]
    tags = review.s3.get_object_tagging(Bucket="artifacts", Key=unusable[ID])["TagSet"]
    assert tags == [{"Key": "retention_days", "Value": "7"}]


def test_what_cannot_be_kept_just_now_waits_for_the_next_sweep(
    review: ReviewHarness, lost: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    review.hand_over(jpeg())
    with monkeypatch.context() as busy:
        busy.setattr(stage, "_PAUSE_S", 0)
        busy.setattr(review.stage.table, "replace_bursts", lambda *_: False)
        assert sweep(review) == 0
    with monkeypatch.context() as broken:
        broken.setattr(review.stage.pictures, "keep", turned_away)
        with pytest.raises(ClientError):
            sweep(review)
    assert review.keys("artifacts") == [INCOMING]
    assert sweep(review) == 1
    assert lost == []


def turned_away(*_: object) -> None:
    raise ClientError({"Error": {"Code": "SlowDown"}}, "PutObject")


def test_what_came_a_moment_ago_is_left_to_its_own_event(review: ReviewHarness) -> None:
    review.hand_over(jpeg())
    assert review.send(action="sweep")["detections"] == 0
    assert review.intake()["status"] == "stored"


def test_what_nobody_told_of_becomes_one_detection_however_often_it_is_swept_and_told(review: ReviewHarness) -> None:
    review.hand_over(jpeg())
    swept = [sweep(review) for _ in range(5)]
    assert (swept, {review.intake()["status"] for _ in range(5)}) == ([1, 0, 0, 0, 0], {"known"})
    review.hand_over(jpeg())  # by a router whose first write was confirmed too late
    assert sweep(review) == 0
    assert review.keys("artifacts") == [KEPT]
    assert [json.loads(item["document"])["at"] for item in documents(review)] == ["2026-11-22T05:30:00Z"]
    assert review.item()["expires"] == int((AT + timedelta(days=90)).timestamp())


def documents(review: ReviewHarness) -> list[dict[str, Any]]:
    return [item for item in review.detections.scan()["Items"] if "document" in item]


def test_all_that_waits_is_found_page_by_page(review: ReviewHarness, monkeypatch: pytest.MonkeyPatch) -> None:
    picture = jpeg((32, 24))
    ids = {review.hand_over(picture, f"r{number}") for number in range(5)}
    monkeypatch.setenv("MOTO_S3_DEFAULT_MAX_KEYS", "2")
    assert sweep(review) == 5
    assert {item["detection_id"] for item in documents(review)} == ids


def test_a_lost_invocation_is_swept(seen: ReviewHarness) -> None:
    seen.settle()
    assert seen.send(action="sweep") == {"status": "swept", "detections": 1}
    assert (len(seen.rows()), seen.progress(), seen.told) == (1, {"taught": 1, "missed": 1}, 1)
    assert seen.send(action="sweep") == {"status": "swept", "detections": 0}
    seen.undo()
    seen.send(action="sweep")
    assert (seen.rows(), seen.keys("raw")) == ([], [])


def test_what_cannot_be_taught_holds_up_nothing(seen: ReviewHarness) -> None:
    seen.settle()
    seen.s3.delete_object(Bucket="artifacts", Key=KEPT)
    seen.intake(jpeg(), "r2")
    other = next(one for one in seen.detections.scan()["Items"] if one.get("document") and one["detection_id"] != ID)
    before = seen.found(other["detection_id"])
    seen.detections.update_item(
        **change(before, before.model_copy(update={"status": "open", "revision": 1}))
    )  # reviewed and undone
    assert seen.send(action="sweep")["detections"] == 1


def test_a_sweep_ends_in_time(seen: ReviewHarness) -> None:
    seen.settle()
    seen.hand_over(jpeg(), "r2")
    seen.context.remaining_ms = 1_000
    assert sweep(seen) == 0
