"""What reviews have come to, through the API."""

from typing import Any

import boto3
import pytest

from lambdas.common.review_progress import Progress, Retraining, RetrainingRule, Wanted
from tests.unit.review_api_harness import ANN, AT, BEN, CAT, TABLE, Ask, a_review, detection, person, store


def put(domain: str, name: str, **fields: Any) -> None:
    boto3.resource("dynamodb").Table(TABLE).put_item(Item={"domain": domain, "detection_id": name, **fields})


def test_a_domain_without_reviews_has_zeros_and_no_shares(ask: Ask) -> None:
    found = ask("GET", "/reviews/nothing").body
    assert (found["open"], found["reviewed"], found["disputed"], found["counted_all"]) == (0, 0, 0, True)
    assert (found["agreement"]["share"], found["false_positive_share"], found["reviewers"]) == (None, None, [])
    assert (found["last_run"], found["rule"], found["missing"]) == (None, None, None)


def test_reviews_are_counted_by_status_verdict_and_reviewer(ask: Ask) -> None:
    made = [detection("progress", sampled=bool(at % 2)) for at in range(5)]
    store(*made)
    first, second = (f"/detections/{one.detection_id}/review" for one in made[:2])
    ask("POST", first, a_review(), who=ANN)
    ask("POST", first, a_review(revision=1), who=BEN)
    ask("POST", second, a_review("false_positive"), who=ANN)
    ask("POST", second, a_review(revision=1), who=CAT)
    found = ask("GET", "/reviews/progress").body
    assert (found["open"], found["reviewed"], found["disputed"]) == (3, 1, 1)
    assert found["verdicts"] == {"correct": 3, "false_positive": 1, "missed": 0, "corrected": 0, "labelled": 0}
    assert found["reviewers"][0] == {"name": "ann", "reviews": 2}
    assert found["agreement"] == {"pairs": 2, "alike": 1, "share": 0.5}
    assert found["false_positive_share"] == 0.25


def test_what_starts_the_next_run_is_told(ask: Ask) -> None:
    wanted = Wanted(reason="50 new reviews", by="reviews", at=AT)
    seen = Progress(taught=40, correct=40)
    last = Retraining(
        token="t", reason="drift", by="drift", at=AT, run="run-1", seen=seen, rule=RetrainingRule(), wanted=wanted
    )
    put("next", "#progress", taught=52, correct=48, false_positives=4)
    put("next", "#retraining", revision=1, document=last.model_dump_json())
    found = ask("GET", "/reviews/next").body
    assert (found["taught"]["taught"], found["new"]["taught"], found["new"]["false_positives"]) == (52, 12, 4)
    assert (found["last_run"]["run"], found["waiting"]) == ("run-1", "50 new reviews")
    assert (found["rule"]["new_reviews"], found["missing"]) == (50, 38)


@pytest.mark.parametrize("groups", [(), ("operators",)])
def test_who_may_only_look_judges_nothing(ask: Ask, detection_path: str, groups: tuple[str, ...]) -> None:
    visitor = person("vera", *groups)
    assert ask("GET", detection_path, who=visitor).status == 200
    for word, body in (("review", a_review()), ("undo", {"review_id": "review-0", "revision": 0})):
        refused = ask("POST", f"{detection_path}/{word}", body, who=visitor)
        assert (refused.status, refused.body["error"]["code"]) == (403, "not_allowed")
    assert ask("GET", detection_path).body["reviews"] == []
