"""The order of detections: the least certain first, a tenth at random, bursts together, nothing twice."""

import base64
import json
from datetime import timedelta
from typing import Any

import pytest

from inference.contracts.reviews import Detection
from tests.unit.review_api_harness import ANN, AT, BEN, Ask, a_review, detection, store


def listed(ask: Ask, domain: str, limit: int = 20, **query: Any) -> list[dict[str, Any]]:
    """All pages, one after the other."""
    found, after = [], None
    for _ in range(100):
        page = ask("GET", "/detections", domain=domain, limit=limit, after=after, **query).body
        assert len(page["detections"]) <= limit
        found += page["detections"]
        after = page["next"]
        if after is None:
            return found
    raise AssertionError("the list does not end")


def ids(found: list[Any]) -> list[str]:
    return [one["detection_id"] if isinstance(one, dict) else one.detection_id for one in found]


@pytest.fixture(scope="module")
def queue(reviews_memory: None) -> list[Detection]:
    """30 open ones by falling uncertainty, and 6 of the random tenth."""
    open_ = [detection("order", uncertainty=1 - number / 100) for number in range(30)]
    sampled = [detection("order", uncertainty=0.0, sampled=True) for _ in range(6)]
    store(*open_, *sampled)
    return open_


@pytest.mark.parametrize("limit", [1, 7, 100])
def test_the_least_certain_come_first_and_each_tenth_at_random(ask: Ask, queue: list[Detection], limit: int) -> None:
    found = listed(ask, "order", limit)
    assert len(found) == len(set(ids(found))) == 36
    assert [number for number, one in enumerate(found[:30]) if one["sampled"]] == [9, 19, 29]
    assert ids([one for one in found if not one["sampled"]]) == ids(queue)


def test_the_newest_come_first_of_both_queues(ask: Ask, queue: list[Detection]) -> None:
    found = listed(ask, "order", 7, order="newest")
    assert [one["at"] for one in found] == sorted((one["at"] for one in found), reverse=True)
    assert len(found) == 36


@pytest.mark.parametrize("limit", [3, 4, 100])
def test_one_of_each_burst_comes_first_and_the_others_together_wherever_a_page_ends(ask: Ask, limit: int) -> None:
    domain = f"burst{limit}"
    bursts = [
        [
            detection(domain, burst=f"b{at}", uncertainty=0.9 - at / 10 - more / 30, follows=more > 0)
            for more in range(5)
        ]
        for at in range(4)
    ]
    store(*[one for burst in bursts for one in burst])
    firsts, others = [burst[0] for burst in bursts], [one for burst in bursts for one in burst[1:]]
    assert ids(listed(ask, domain, limit)) == ids(firsts + others)


def test_another_of_a_burst_comes_before_what_is_less_than_a_quarter_as_uncertain(ask: Ask) -> None:
    first, other = (detection("quarter", burst="b", uncertainty=0.8, follows=follows) for follows in (False, True))
    more, less = (detection("quarter", uncertainty=uncertainty) for uncertainty in (0.21, 0.19))
    store(first, other, more, less)
    assert ids(listed(ask, "quarter")) == ids([first, more, other, less])


def test_the_first_of_a_burst_comes_with_the_others_where_it_is_the_surest(ask: Ask) -> None:
    first = detection("surest", burst="b", uncertainty=0.1)
    others = [detection("surest", burst="b", uncertainty=0.8, follows=True) for _ in range(2)]
    alone = detection("surest", uncertainty=0.15)
    store(first, *others, alone)
    assert ids(listed(ask, "surest")) == ids([*others, first, alone])


def test_the_same_burst_of_two_cameras_is_two(ask: Ask) -> None:
    made = [
        detection("twocam", camera=f"c{at % 2}", burst="b", uncertainty=0.9 - at / 10, follows=True) for at in range(4)
    ]
    store(*made)
    assert [one["camera"] for one in listed(ask, "twocam")] == ["c0", "c0", "c1", "c1"]
    assert ids(listed(ask, "twocam", camera="c1")) == ids([made[1], made[3]])


def test_what_was_judged_is_not_shown_again_and_a_dispute_comes_first_to_others(ask: Ask) -> None:
    first, second = detection("judged", uncertainty=0.1), detection("judged", uncertainty=0.9)
    store(first, second)
    path = f"/detections/{first.detection_id}/review"
    ask("POST", path, a_review())
    ask("POST", path, a_review("false_positive", revision=1), who=BEN)
    assert ids(listed(ask, "judged", who=ANN)) == ids([second])
    assert ids(listed(ask, "judged", who={"jwt": {"claims": {"sub": "cat"}}})) == ids([first, second])
    assert ids(listed(ask, "judged", order="disputed", who={"jwt": {"claims": {"sub": "cat"}}})) == ids([first])
    assert ids(listed(ask, "judged", status="disputed", order="newest", who=ANN)) == ids([first])


def test_what_two_must_see_is_hidden_from_the_one_who_saw_it(ask: Ask) -> None:
    made = detection("two", reviewers_needed=2)
    store(made)
    body = ask("POST", f"/detections/{made.detection_id}/review", a_review()).body
    assert (body["status"], body["truth"]) == ("open", None)
    assert listed(ask, "two") == []
    assert ids(listed(ask, "two", who=BEN)) == ids([made])


def test_reviewed_ones_are_listed_to_who_reviewed_them(ask: Ask) -> None:
    made = detection("done")
    store(made)
    ask("POST", f"/detections/{made.detection_id}/review", a_review())
    assert ids(listed(ask, "done", status="reviewed", order="newest")) == ids([made])
    assert listed(ask, "done") == []


def test_pages_go_on_where_they_ended_though_what_was_shown_is_gone(ask: Ask) -> None:
    made = [detection("gone", at=AT + timedelta(hours=at), uncertainty=0.9 - at / 100) for at in range(10)]
    store(*made)
    found, after = [], None
    while True:
        page = ask("GET", "/detections", domain="gone", limit=3, after=after).body
        for one in page["detections"]:
            ask("POST", f"/detections/{one['detection_id']}/review", a_review())
        found += page["detections"]
        after = page["next"]
        if after is None:
            break
    assert ids(found) == ids(made)


def forged(**fields: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(fields).encode()).decode().rstrip("=")


@pytest.mark.parametrize(
    "after", ["x", "%", "é", "bm8", "A" * 6000, forged(), forged(listing="other"), forged(listing="x", places=[])]
)
def test_what_is_no_cursor_of_the_list_is_refused(ask: Ask, after: str) -> None:
    found = ask("GET", "/detections", domain="order", after=after)
    assert (found.status, found.body["error"]["code"]) == (422, "bad_cursor")


def test_a_cursor_is_of_the_list_that_it_came_with(ask: Ask, queue: list[Detection]) -> None:
    after = ask("GET", "/detections", domain="order", limit=1).body["next"]
    assert ask("GET", "/detections", domain="order", limit=5, after=after).status == 200
    assert ask("GET", "/detections", domain="deer", after=after).status == 422
    assert ask("GET", "/detections", domain="order", order="newest", after=after).status == 422
