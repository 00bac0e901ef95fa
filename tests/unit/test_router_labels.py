"""Labels of answered requests: joined with their captures, and told as an accuracy."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import boto3
import pytest

from lambdas.router import handler, labels
from lambdas.router.models import LabelsSpec
from tests.unit.router_harness import RouterHarness

SPEC = LabelsSpec(bucket="captures", delay_s=60, namespace="CatRecognition")
Post = Callable[..., tuple[int, dict[str, Any]]]


@pytest.fixture
def post(aws: None, router_harness: RouterHarness, monkeypatch: pytest.MonkeyPatch) -> Post:
    """Sends labels to a router whose captures are those of four answered items."""
    labels._s3.cache_clear()
    boto3.client("s3").create_bucket(
        Bucket="captures", CreateBucketConfiguration={"LocationConstraint": "eu-central-1"}
    )
    capture("a", "Cat")
    capture("b", "NoCat")
    capture("c", "Cat", "Cat")
    env = handler.variables().model_copy(update={"labels": SPEC})
    router = handler.router()._replace(env=env)
    monkeypatch.setattr(handler, "variables", lambda: env)
    monkeypatch.setattr(handler, "router", lambda: router)

    def send(body: Any) -> tuple[int, dict[str, Any]]:
        text = body if isinstance(body, str) else json.dumps(body)
        return router_harness.predict(rawPath="/v1/cats/labels", body=text, isBase64Encoded=False)

    return send


def now() -> datetime:
    """At the time of the test: the objects that it makes are as old."""
    return datetime.now(UTC)


def capture(request_id: str, *answered: str, domain: str = "cats", at: datetime | None = None) -> None:
    lines = "".join(json.dumps({"request_id": request_id, "label": label}) + "\n" for label in answered)
    key = f"captures/{domain}/{(now() if at is None else at):%Y/%m/%d/%H}/{request_id}"
    boto3.client("s3").put_object(Bucket="captures", Key=key, Body=lines.encode())


def labelled(request_id: str, *given: str, at: datetime | None = None) -> dict[str, Any]:
    answered = now() if at is None else at
    return {"request_id": request_id, "answered_at": answered.isoformat(), "labels": given}


def test_each_label_is_held_against_what_was_answered(post: Post, router_harness: RouterHarness) -> None:
    status, told = post({"requests": [labelled("a", "Cat"), labelled("b", "Cat"), labelled("c", "Cat", "NoCat")]})

    assert status == 200
    assert (told["labelled"], told["right"], told["unknown"]) == (4, 2, [])
    assert router_harness.metrics()["domain", "ModelAccuracy"] == 2


def test_the_metric_stands_in_the_domains_namespace(post: Post, capsys: pytest.CaptureFixture[str]) -> None:
    post({"requests": [labelled("a", "Cat"), labelled("b", "Cat")]})

    (record,) = [json.loads(line) for line in capsys.readouterr().out.splitlines() if '"_aws"' in line]
    (metrics,) = record["_aws"]["CloudWatchMetrics"]
    assert (metrics["Namespace"], metrics["Dimensions"]) == ("CatRecognition", [["Domain"]])
    assert record["ModelAccuracy"] == [1.0, 0.0]


def test_what_was_not_captured_yet_is_named_and_not_counted(post: Post, router_harness: RouterHarness) -> None:
    _, told = post({"requests": [labelled("a", "Cat"), labelled("z", "Cat"), labelled("c", "Cat")]})

    assert (told["labelled"], told["right"], told["unknown"]) == (1, 1, ["z", "c"])  # of `c` one label is missing
    _, told = post({"requests": [labelled("z", "Cat")]})
    assert told["labelled"] == 0
    assert router_harness.metrics()["domain", "ModelAccuracy"] == 1


def test_captures_of_other_times_and_domains_are_not_read(post: Post) -> None:
    capture("d", "Cat", domain="dogs")

    assert post({"requests": [labelled("d", "Cat")]})[1]["unknown"] == ["d"]
    assert post({"requests": [labelled("a", "Cat", at=now() - timedelta(hours=3))]})[1]["unknown"] == ["a"]


def test_an_answer_before_the_hour_is_found_in_the_next(post: Post) -> None:
    later = now() + timedelta(hours=1)
    capture("e", "Cat", at=later)
    labels_at = later.replace(minute=0, second=0) - timedelta(seconds=30)
    wanted = labels._objects([labels_at], SPEC, "cats")

    assert all(f"{later:%Y/%m/%d/%H}" in key or f"{labels_at:%Y/%m/%d/%H}" in key for key in wanted)
    folders: list[str] = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(labels, "_pages", lambda bucket, folder: folders.append(folder) or ())
        labels._objects([labels_at], SPEC, "cats")
    assert {f"captures/cats/{one:%Y/%m/%d/%H}/" for one in (labels_at, later)} == set(folders)


@pytest.mark.parametrize(
    ("body", "status", "said"),
    [
        ("{", 400, "no JSON"),
        ({"requests": []}, 422, "requests"),
        ({"requests": [labelled("a")]}, 422, "labels"),
        ({"requests": [{"request_id": "a", "labels": ["Cat"]}]}, 422, "answered_at"),
        ({"requests": [labelled("a", "Cat"), labelled("a", "Cat")]}, 422, "each request once"),
        ({"requests": [labelled("a", *["Cat"] * 60), labelled("b", *["Cat"] * 60)]}, 422, "120 labels of 2 requests"),
    ],
)
def test_what_cannot_be_read_is_refused(post: Post, body: Any, status: int, said: str) -> None:
    found, answer = post(body)

    assert found == status
    assert said in answer["error"]["message"]


def test_labels_that_span_too_much_are_refused_with_the_remedy(post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(labels, "MOST_OBJECTS", 2)
    status, answer = post({"requests": [labelled("a", "Cat")]})

    assert (status, answer["error"]["code"]) == (422, "too_spread")
    assert "within some minutes" in answer["error"]["message"]


def test_a_domain_that_takes_none_has_no_such_route(router_harness: RouterHarness) -> None:
    status, answer = router_harness.predict(rawPath="/v1/cats/labels", body="{}", isBase64Encoded=False)

    assert (status, answer["error"]["code"]) == (404, "no_such_route")


def test_reading_stops_before_the_caller_is_left_without_an_answer(aws: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(labels, "_objects", lambda *_: ["one"])
    with pytest.raises(labels.HttpError, match="fewer labels"):
        labels._answers({"a": now()}, SPEC, "cats", SimpleNamespace(left_s=lambda: 1.0))  # type: ignore[arg-type]
