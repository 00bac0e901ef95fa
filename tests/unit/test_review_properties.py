"""Whatever reviewers do, in whatever order: nothing is lost, nothing counts twice, and most of them settle it."""

from collections import Counter
from datetime import timedelta
from itertools import permutations
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from inference.contracts.boxes import LabelledBox, iou
from inference.contracts.reviews import Detection, ReviewRequest, Truth
from lambdas.common.api_routes import Caller
from lambdas.common.http_answers import HttpError
from lambdas.common.people import ADJUDICATORS
from lambdas.review_api.judging import judge, undo
from lambdas.review_api.models import Undo
from lambdas.review_api.settlement import SAME_BOX, alike
from lambdas.review_api.tally import difference, tally
from tests.unit.review_api_harness import AT, detection

SLOW = [HealthCheck.too_slow]
PATIENTLY = settings(deadline=None, database=None, derandomize=True, suppress_health_check=SLOW)
"""The same examples each time, however busy the machine."""
NAMES = ("ann", "ben", "cat", "judith")
places = st.integers(0, 12).map(float)
sizes = st.integers(1, 12).map(float)
boxes = st.builds(LabelledBox, label=st.sampled_from(["deer", "boar"]), x=places, y=places, width=sizes, height=sizes)
truths = st.builds(Truth, boxes=st.lists(boxes, max_size=4).map(tuple))
steps = st.tuples(
    st.sampled_from(["review", "again", "undo"]),
    st.integers(0, 3),
    st.sampled_from(["correct", "false_positive"]),
    st.integers(0, 30),
    st.booleans(),
)


def who(number: int) -> Caller:
    groups = frozenset({ADJUDICATORS} if NAMES[number] == "judith" else ())
    return Caller(NAMES[number], groups, is_person=True)


@PATIENTLY
@given(truths)
def test_who_sees_the_same_agrees(one: Truth) -> None:
    assert alike(one, one)
    assert alike(one, one.model_copy(update={"boxes": tuple(reversed(one.boxes or ()))}))


@PATIENTLY
@given(truths, truths)
def test_agreement_is_of_both(one: Truth, other: Truth) -> None:
    assert alike(one, other) == alike(other, one)


@PATIENTLY
@given(truths, truths)
def test_boxes_match_one_to_one_where_any_way_to_pair_them_does(one: Truth, other: Truth) -> None:
    """Held against every way there is."""
    mine, theirs = one.boxes or (), other.boxes or ()
    ways = permutations(theirs) if len(mine) == len(theirs) else iter(())
    by_hand = any(
        all(a.label == b.label and iou(a, b) >= SAME_BOX for a, b in zip(mine, way, strict=True)) for way in ways
    )
    assert alike(one, other) == by_hand


@PATIENTLY
@given(st.lists(steps, max_size=25), st.integers(1, 3))
def test_nothing_is_lost_and_nothing_counts_twice(made: list[tuple[Any, ...]], needed: int) -> None:
    now = detection(reviewers_needed=needed)
    first, counted, accepted = now, Counter[str](), 0
    for number, (kind, by, verdict, of, stale) in enumerate(made):
        before = now
        known = before.reviews[of % len(before.reviews)] if before.reviews else None
        revision = before.revision - 1 if stale and before.revision else before.revision
        at = AT + timedelta(minutes=number)
        try:
            if kind == "review":
                asked = ReviewRequest(review_id=f"review-{number}", revision=revision, verdict=verdict)
                now = judge(before, asked, who(by), at)
                accepted += 1
            elif known is not None and kind == "again":
                told = known.model_dump(include={*ReviewRequest.model_fields})
                assert judge(before, ReviewRequest(**told), who(NAMES.index(known.reviewer)), at) is before
            elif known is not None:
                now = undo(before, Undo(review_id=known.review_id, revision=revision), who(by), at)
        except HttpError as error:
            refused = error.status
        else:
            refused = None
        assert refused in (None, 403, 409)
        counted.update(difference(before, now))
        assert now.revision == before.revision + (now is not before)
    assert len(now.reviews) == accepted
    assert +counted == tally(now)
    assert_settled(now)
    assert first.reviews == ()


def assert_settled(now: Detection) -> None:
    standing = now.standing
    assert (now.truth is not None) == (now.status == "reviewed")
    if not standing:
        assert now.status == "open"
    elif not any(one.adjudicates for one in standing):
        votes = Counter(one.verdict for one in standing).most_common()
        agreed = len(votes) == 1
        decided = (
            len(standing) >= now.reviewers_needed if agreed else len(standing) >= 3 and votes[0][1] * 2 > len(standing)
        )
        assert now.status == ("reviewed" if decided else "open" if agreed else "disputed")
