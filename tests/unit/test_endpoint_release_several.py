"""A release on two targets at once: both take part, one answers, and the worst news counts."""

from datetime import UTC, datetime

import pytest
from pydantic import ValidationError

from lambdas.endpoint_release.limits import Judgement
from lambdas.endpoint_release.package import Package
from lambdas.endpoint_release.targets import TARGETS, target_spec
from lambdas.endpoint_release.targets.base import NoAnswerError
from lambdas.endpoint_release.targets.serverless.spec import ServerlessSpec
from lambdas.endpoint_release.targets.several.spec import SeveralSpec
from lambdas.endpoint_release.targets.several.target import SeveralTargets
from tests.unit.release_doubles import GOLDEN, GOOD_ANSWER
from tests.unit.shelf_target import Shelf, ShelfSpec

PACKAGE = Package("arn", "Approved", "image", "s3://artifacts/model.tar.gz", {})
SINCE = datetime(2026, 11, 20, 12, tzinfo=UTC)


@pytest.fixture
def shelves() -> tuple[Shelf, Shelf]:
    return Shelf(3, "front"), Shelf(3, "back")


@pytest.fixture
def both(shelves: tuple[Shelf, Shelf]) -> SeveralTargets:
    both = SeveralTargets(shelves)
    both.create("r1", PACKAGE)
    return both


def test_every_target_gets_the_release_its_share_and_its_end(
    both: SeveralTargets, shelves: tuple[Shelf, Shelf]
) -> None:
    both.shift("r1", 10, ())
    assert [(shelf.standing, shelf.shares) for shelf in shelves] == [({"r1": "arn"}, {"r1": 10})] * 2
    assert both.retire("r1")
    assert [shelf.standing for shelf in shelves] == [{}, {}]


def test_the_first_has_the_address_and_answers(both: SeveralTargets, shelves: tuple[Shelf, Shelf]) -> None:
    assert both.address("r1") == "shelf/front/r1"
    shelves[1].silent = {"r1"}
    assert both.ask("r1", GOLDEN) == GOOD_ANSWER
    shelves[0].silent = {"r1"}
    with pytest.raises(NoAnswerError):
        both.ask("r1", GOLDEN)


def test_it_is_ready_when_all_are_and_failed_when_one_is(both: SeveralTargets, shelves: tuple[Shelf, Shelf]) -> None:
    shelves[0].looks["r1"] = 2
    assert both.status("r1") == ("starting", "r1 is on its way")
    shelves[1].looks["r1"] = 2
    assert both.status("r1").phase == "ready"
    shelves[1].standing.clear()
    assert both.status("r1") == ("failed", "r1 does not stand there")


def test_what_one_cannot_take_away_yet_the_others_still_do(both: SeveralTargets, shelves: tuple[Shelf, Shelf]) -> None:
    shelves[0].stuck = {"r1"}
    assert not both.retire("r1")
    assert shelves[1].standing == {}
    shelves[0].stuck = set()
    assert both.retire("r1")


@pytest.mark.parametrize(
    ("front", "back", "worst"),
    [
        (("passed", "fine"), ("passed", ""), ("passed", "fine")),
        (("passed", "fine"), ("quiet", "3 of 10"), ("quiet", "fine; 3 of 10")),
        (("quiet", "3 of 10"), ("failed", "7 refuse it"), ("failed", "7 refuse it")),
        (("failed", "slow"), ("failed", "7 refuse it"), ("failed", "slow; 7 refuse it")),
    ],
)
def test_the_worst_news_counts(
    both: SeveralTargets,
    shelves: tuple[Shelf, Shelf],
    front: tuple[str, str],
    back: tuple[str, str],
    worst: tuple[str, str],
) -> None:
    for shelf, news in zip(shelves, (front, back), strict=True):
        shelf.judgements["r1"] = Judgement(*news)
    assert both.health("r1", 10, SINCE, last=False) == worst


def test_a_spec_survives_its_way_through_variables(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(TARGETS, "shelf", ShelfSpec)
    spec = SeveralSpec(targets=(ServerlessSpec(memory_mb=1024), ShelfSpec(room_for=2)))
    again = target_spec(spec.model_dump(mode="json"))
    assert (again, again.parts) == (spec, (ServerlessSpec(memory_mb=1024), ShelfSpec(room_for=2)))


@pytest.mark.parametrize(
    "targets",
    [(ServerlessSpec(),), (ServerlessSpec(), ServerlessSpec()), ({"kind": "pigeons"}, ServerlessSpec())],
)
def test_what_are_not_several_kinds_is_refused(targets: tuple) -> None:
    with pytest.raises(ValidationError, match="at least 2|each kind once|'pigeons' is not registered"):
        SeveralSpec(targets=targets)
