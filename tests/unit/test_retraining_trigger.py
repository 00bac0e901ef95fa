"""When reviews, drift and people start a run, and that the same reviews start one."""

from typing import Any

import pytest

from lambdas.common.review_progress import Progress
from lambdas.retraining_trigger.clients import ChangedError, ProgressTable, RefusedError
from lambdas.retraining_trigger.models import EVENTS, RetrainingResult
from tests.unit.retraining_harness import SPEC

DRIFT = {"action": "drift", "alarm": "vigil-deer-Drift", "why": "score deer is 0.4"}
PERSON = {"action": "person", "reason": "a new camera", "by": "ann"}
REVIEWS, LOOK = {"action": "reviews"}, {"action": "look"}


def test_an_event_of_another_shape_is_refused(aws):
    for event in ({}, {"action": "train"}, {"action": "person", "by": "ann"}, {"action": "reviews", "count": 5}):
        with pytest.raises(ValueError, match="validation error"):
            EVENTS.validate_python(event)


@pytest.mark.parametrize(("taught", "false_positives"), [(0, 0), (49, 24), (19, 19), (40, 19)])
def test_too_few_reviews_start_nothing_and_say_what_is_lacking(world, taught, false_positives):
    world.reviewed(taught, false_positives)
    answer = world.on(REVIEWS)
    assert (answer.status, world.reasons) == ("not_due", [])
    assert f"{taught} of 50 new reviews" in answer.why


@pytest.mark.parametrize(
    ("taught", "false_positives", "reason"),
    [(50, 0, "50 new reviews"), (20, 10, "50% of 20 new reviews are false positives")],
)
def test_enough_reviews_or_too_many_false_positives_start_a_run(world, taught, false_positives, reason):
    world.reviewed(taught, false_positives)
    assert world.on(REVIEWS).status == "started"
    [payload] = world.runs.payloads.values()
    assert payload == {"epochs": 3, "runToken": payload["runToken"], "reason": reason}


def test_ten_deliveries_and_every_later_look_are_one_run(world):
    world.reviewed(60)
    for delivery in range(10):
        world.on(REVIEWS, after_s=delivery)
    world.on(LOOK, after_s=100_000)
    assert len(world.reasons) == 1
    world.reviewed(110)
    assert world.on(REVIEWS, after_s=100_001).status == "started"
    assert world.reasons == ["60 new reviews", "50 new reviews"]


def test_two_triggers_at_once_are_one_run(world):
    world.reviewed(60)
    other: list[RetrainingResult] = []

    def at_once() -> None:
        world.runs.before = lambda: None
        other.append(world.on(REVIEWS))

    world.runs.before = at_once  # the first has decided, and its run is not started yet
    first = world.on(REVIEWS)
    assert (first.run, len(world.reasons)) == (other[0].run, 1)
    assert (first.status, other[0].status) == ("started", "already_started")


def test_two_that_read_before_either_writes_are_one_run(world, monkeypatch):
    world.reviewed(60)
    stale = world.table.read()
    world.on(REVIEWS)
    read, answers = ProgressTable.read, iter([stale])
    monkeypatch.setattr(ProgressTable, "read", lambda table: next(answers, None) or read(table))
    assert world.on(REVIEWS, after_s=1).status in ("waits", "not_due")
    assert len(world.reasons) == 1


def test_a_crash_between_decision_and_invocation_is_caught_up_by_the_schedule(world):
    world.reviewed(60)

    def crash() -> None:
        raise RefusedError("the training trigger cannot be reached")

    world.runs.before = crash
    with pytest.raises(RefusedError):
        world.on(REVIEWS)
    assert world.table.read()[1].run is None
    world.runs.before = lambda: None
    assert world.on(LOOK, after_s=3600).status == "already_started"
    assert world.table.read()[1].run == "vigil-deer-0"
    assert world.reasons == ["60 new reviews"]


def test_a_crash_after_the_invocation_starts_no_second_run(world, monkeypatch):
    world.reviewed(60)
    write = ProgressTable.write

    def crash(table: ProgressTable, after: Any) -> Any:
        if after.run is not None:
            raise OSError("killed")
        return write(table, after)

    monkeypatch.setattr(ProgressTable, "write", crash)
    with pytest.raises(OSError, match="killed"):
        world.on(REVIEWS)
    monkeypatch.setattr(ProgressTable, "write", write)
    world.on(LOOK, after_s=3600)
    assert len(world.reasons) == 1


def test_while_a_run_is_under_way_nothing_starts_and_nothing_is_lost(world):
    world.reviewed(60)
    world.runs.running = "vigil-deer-by-hand"
    for event in (REVIEWS, DRIFT, PERSON):
        answer = world.on(event)
        assert (answer.status, answer.run) == ("waits", "vigil-deer-by-hand")
        assert "is under way" in answer.why
    world.runs.running = None
    world.on(LOOK, after_s=3600)
    assert world.reasons == ["drift: score deer is 0.4"]
    assert world.table.read()[1].seen == Progress(taught=60)


def test_a_run_that_started_a_moment_ago_is_under_way_though_nobody_lists_it(world):
    assert world.on(PERSON).status == "started"
    again = world.on(PERSON, after_s=59)
    assert (again.status, again.run) == ("waits", "vigil-deer-0")
    assert world.on(PERSON, after_s=61).status == "started"


def test_reviews_and_drift_keep_quiet_after_a_run_and_a_person_does_not(world):
    world.reviewed(60)
    world.on(REVIEWS)
    world.reviewed(120)
    assert world.on(REVIEWS, after_s=3599).status == "waits"
    assert world.on(DRIFT, after_s=3599).status == "waits"
    assert world.on(PERSON, after_s=3599).status == "started"
    assert world.reasons[1:] == ["a new camera (ann)"]
    assert world.on(LOOK, after_s=8000).status == "not_due"


def test_drift_starts_nothing_where_the_domain_does_not_ask_for_it(world):
    world.spec = SPEC.model_copy(update={"on_drift": False})
    assert world.on(DRIFT).status == "not_due"
    assert world.reasons == []


def test_it_gives_up_when_others_keep_deciding(world, monkeypatch):
    world.reviewed(60)

    def lose(table: ProgressTable, after: Any) -> Any:
        raise ChangedError("somebody else decided")

    monkeypatch.setattr(ProgressTable, "write", lose)
    with pytest.raises(ChangedError):
        world.on(REVIEWS)
    assert world.reasons == []
