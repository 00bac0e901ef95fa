"""Which trainings of a demo follow which: a package that the gate rejects is not the end, a run that fails is."""

import io
from collections.abc import Sequence
from contextlib import nullcontext
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from rich.console import Console

from sandbox.demo import loop
from sandbox.demo.loop import Loop

APPROVED = {"dataset_version": "v1", "result": {"status": "approved", "model_package_arn": "arn", "reasons": []}}
REJECTED = {"dataset_version": "v1", "result": {"status": "rejected", "reasons": ["recall is 0.5"]}}
TRAININGS = ({"members": "trees"}, {"skipDataPrep": True}, {"skipDataPrep": True})


def run(
    monkeypatch: pytest.MonkeyPatch,
    ends: list[dict[str, Any] | None],
    rolled_back: int | None = None,
    refused: int = 9,
    reviews: Any = None,
    trainings: int | None = None,
    questions: Sequence[Any] = (None,),
) -> tuple[Loop, list[dict[str, Any]]]:
    """A demo whose trainings end with these records of the gate (None: the run failed); and what was started.

    `rolled_back`: number of the release that is; `refused`: of the training whose release is there to be. `reviews`: a
    round of them, whose run is the last of `ends`, after so many `trainings`.
    """
    started: list[dict[str, Any]] = []
    left = iter(ends)

    def follow(*_: object) -> dict[str, Any]:
        gates.append(next(left))
        return {"status": "FAILED" if gates[-1] is None else "SUCCEEDED", "name": "run", "cause": "no readings"}

    def release(self: Loop, *_: object) -> bool:
        if rolled_back == len(gates) - 1:
            self.report.end("rolled_back", ["devices refuse it"])
            return False
        self.report.release = {"champion": f"r{len(gates)}"}
        self.report.released()
        return True

    gates: list[dict[str, Any] | None] = []
    demo = SimpleNamespace(
        name="fire",
        upload=lambda *_: None,
        trainings=lambda *_: TRAININGS[: len(ends) if trainings is None else trainings],
        beside=lambda *_: nullcontext(),
        is_refused=lambda number: number == refused,
        reviews=lambda *_: reviews,
    )
    deployment = SimpleNamespace(
        start_training=lambda _, payload: started.append(payload) or "run", predict_client=lambda: None
    )
    monkeypatch.setattr(loop, "follow_training", follow)
    monkeypatch.setattr(loop, "copy_inspection", lambda *_: ["inspection.html"])
    monkeypatch.setattr(loop, "send_labels", lambda *_: {})
    monkeypatch.setattr(Loop, "_read_documents", lambda *_: gates[-1])
    monkeypatch.setattr(Loop, "_questions", lambda *_: list(questions))
    monkeypatch.setattr(Loop, "_release", release)
    asked = SimpleNamespace(
        ask_first=lambda *_: None,
        ask_all=lambda *_: [SimpleNamespace(answer={"request_id": "r"})],
        await_captures=lambda *_: None,
    )
    monkeypatch.setattr(loop, "Predictions", lambda *_: asked)
    ran = Loop(demo, Path(), False, deployment, Path(), Console(file=io.StringIO()), 0.0)  # type: ignore[arg-type]
    ran.run()
    return ran, started


def test_a_rejected_package_is_followed_by_the_next_training(monkeypatch: pytest.MonkeyPatch) -> None:
    ran, started = run(monkeypatch, [REJECTED, APPROVED])

    assert [one["runToken"] for one in started] == ["demo-0", "demo-1"]
    assert ran.report.status == "released"
    assert ran.report.reasons == ["an earlier package was rejected: recall is 0.5"]


def test_packages_that_are_all_rejected_are_no_release(monkeypatch: pytest.MonkeyPatch) -> None:
    ran, started = run(monkeypatch, [REJECTED, REJECTED])

    assert len(started) == 2
    assert (ran.report.status, ran.report.reasons) == ("rejected", ["recall is 0.5"])


def test_a_failed_run_is_the_end_and_its_inspection_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    ran, started = run(monkeypatch, [None])

    assert len(started) == 1
    assert (ran.report.status, ran.report.reasons) == ("failed", ["no readings"])
    assert ran.report.pages == ["inspection.html"]


def test_a_challenger_that_is_rejected_leaves_the_domain_released(monkeypatch: pytest.MonkeyPatch) -> None:
    ran, _ = run(monkeypatch, [APPROVED, REJECTED])

    assert ran.report.status == "released"
    assert ran.report.reasons == ["a later challenger was rejected: recall is 0.5"]


def test_a_release_that_is_there_to_be_rolled_back_is_no_end(monkeypatch: pytest.MonkeyPatch) -> None:
    ran, started = run(monkeypatch, [APPROVED, APPROVED, APPROVED], rolled_back=1, refused=1)

    assert len(started) == 3
    assert ran.report.status == "released"
    assert ran.report.reasons == ["a later challenger was rolled back: devices refuse it"]


def test_another_release_that_is_rolled_back_is_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    _, started = run(monkeypatch, [APPROVED, APPROVED, APPROVED], rolled_back=1)

    assert len(started) == 2


def test_a_release_that_should_have_been_rolled_back_fails_the_demo(monkeypatch: pytest.MonkeyPatch) -> None:
    ran, _ = run(monkeypatch, [APPROVED, APPROVED], refused=1)

    assert ran.report.status == "failed"
    assert "r2 was to be rolled back, and was promoted" in ran.report.reasons


def test_a_test_split_that_nothing_can_be_asked_of_is_told_and_nothing_is_released(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ran, started = run(monkeypatch, [APPROVED, APPROVED], questions=[])

    assert len(started) == 1
    assert ran.report.status == "failed"
    assert "no request can be made of the test split" in ran.report.reasons[0]


class Round:
    """A round of reviews that starts the run `reviewed`."""

    def __init__(self) -> None:
        self.compared: list[Path] = []

    def review(self, bars: object) -> str:
        return "reviewed"

    def compare(self, file: Path) -> None:
        self.compared.append(file)


def test_the_run_that_reviews_start_is_followed_and_released(monkeypatch: pytest.MonkeyPatch) -> None:
    reviews = Round()
    ran, started = run(monkeypatch, [APPROVED, APPROVED], reviews=reviews, trainings=1)

    assert len(started) == 1
    assert (ran.report.status, ran.report.release) == ("released", {"champion": "r2"})
    assert reviews.compared == [Path("fire-reviews.png")]


@pytest.mark.parametrize(
    ("end", "rolled_back", "why"),
    [
        (REJECTED, None, "reviewed, which reviews started, ended without a package that may be released"),
        (None, None, "reviewed, which reviews started, ended without a package that may be released"),
        (APPROVED, 1, "the release of reviewed, which reviews started, was rolled back"),
    ],
)
def test_reviews_that_end_without_a_release_fail_the_demo(
    monkeypatch: pytest.MonkeyPatch, end: dict[str, Any] | None, rolled_back: int | None, why: str
) -> None:
    reviews = Round()
    ran, _ = run(monkeypatch, [APPROVED, end], rolled_back=rolled_back, reviews=reviews, trainings=1)

    assert ran.report.status == "failed"
    assert why in ran.report.reasons
    assert reviews.compared == []


def test_nothing_is_reviewed_where_nothing_was_released(monkeypatch: pytest.MonkeyPatch) -> None:
    ran, _ = run(monkeypatch, [REJECTED], reviews=Round())

    assert ran.report.status == "rejected"
