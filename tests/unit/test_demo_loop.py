"""Which trainings of a demo follow which: a package that the gate rejects is not the end, a run that fails is."""

import io
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
    monkeypatch: pytest.MonkeyPatch, ends: list[dict[str, Any] | None], rolled_back: int | None = None, refused: int = 9
) -> tuple[Loop, list[dict[str, Any]]]:
    """A demo whose trainings end with these records of the gate (None: the run failed); and what was started.

    `rolled_back`: number of the release that is; `refused`: of the training whose release is there to be.
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
        trainings=lambda *_: TRAININGS[: len(ends)],
        beside=lambda *_: nullcontext(),
        is_refused=lambda number: number == refused,
    )
    deployment = SimpleNamespace(
        start_training=lambda _, payload: started.append(payload) or "run", predict_client=lambda: None
    )
    monkeypatch.setattr(loop, "follow_training", follow)
    monkeypatch.setattr(loop, "copy_inspection", lambda *_: ["inspection.html"])
    monkeypatch.setattr(loop, "send_labels", lambda *_: {})
    monkeypatch.setattr(Loop, "_read_documents", lambda *_: gates[-1])
    monkeypatch.setattr(Loop, "_questions", lambda *_: [None])
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
