"""The demo's report: what a person reads at the end, and what stands in report.json."""

import io
import json
from pathlib import Path

import pytest
from rich.console import Console

from sandbox.demo import report, report_table
from sandbox.demo.report import DomainReport

VERDICT = {"metric": "recall", "value": 0.97, "required": "at least 0.95", "passed": True}


def released() -> DomainReport:
    return DomainReport(
        status="released",
        dataset={
            "version": "843d57202c30aa",
            "counts": {"train": {"well": 8, "ill": 2}, "test": {"well": 3}},
            "duplicates": 1,
            "quarantined": {"wrong_unit": 2},
        },
        evaluation={
            "dummy": {"recall": 0.0, "unasked": 5.0},
            "references": {"threshold_rule": {"recall": 1.0}},
            "champion": {"metrics": {"recall": 0.96}},
        },
        gate=[VERDICT, VERDICT | {"metric": "p95_ms", "value": None, "passed": False}],
        release={
            "champion": "r2-bb",
            "steps": ["r1-aa promoted x", "r2-bb prepared arn", "r2-bb checked quiet: 3 requests", "r2-bb promoted y"],
        },
        pages=["build/demo/battery/report.html"],
        seconds={"training": 61.2},
    )


def told(reports: dict[str, DomainReport]) -> str:
    console = Console(file=io.StringIO(), width=120, color_system=None)
    report_table.show(reports, console)
    return console.file.getvalue()


def test_the_table_tells_what_was_used_and_what_was_left_out() -> None:
    text = told({"battery": released()})
    assert "train 10, test 3; left out: 1 surplus copy, 2 wrong unit" in text
    assert "build/demo/battery/report.html" in text


def test_a_metric_without_a_value_is_no_zero() -> None:
    assert "failed  p95_ms no value" in told({"battery": released()})


def test_an_interval_stands_beside_its_value() -> None:
    judged = VERDICT | {"interval": {"low": 0.9512, "high": 0.9984}, "required": "at least 0.95 at its low end"}
    report = released()
    report.gate.append(judged)
    assert "passed  recall 0.97 (0.951 to 0.998), at least 0.95 at its low end" in told({"battery": report})


def test_attempts_on_the_test_split_are_told() -> None:
    report = released()
    assert "attempt" not in told({"battery": report})
    report.attempt = 7
    assert "attempt 7 on this test split" in told({"battery": report})


def test_others_are_told_by_the_gated_metrics_alone() -> None:
    text = told({"battery": released()})
    assert "the dummy: recall 0 " in text
    assert "threshold rule: recall 1 " in text
    assert "the champion then: recall 0.96 " in text
    assert "unasked" not in text


def test_the_newest_release_is_told_in_short() -> None:
    text = told({"battery": released()})
    assert "r2-bb promoted y" in text
    assert not any(step in text for step in ("r1-aa", "prepared", "quiet"))


def test_labels_are_told_with_the_metric_and_its_alarm() -> None:
    fire = released()
    fire.predictions = {"asked": 9, "right": 8, "p50_ms": 1, "p95_ms": 2, "first_after_s": 3, "picture": "fire.png"}
    assert "labels" not in dict(report_table.rows(fire))
    sent = {"labelled": 8, "right": 7, "unknown": 1, "accuracy": 0.875, "alarm_below": 0.95, "alarm": "ALARM"}
    fire.labels = {**sent, "namespace": "FireDetection", "metric": "ModelAccuracy"}
    row = dict(report_table.rows(fire))["labels"]
    assert row == (
        "7 of 8 answers right, 1 without a capture; ModelAccuracy of FireDetection is 0.875; alarm below 0.95: ALARM"
    )


def test_what_ended_early_says_why() -> None:
    text = told({"cats": DomainReport(status="rejected", reasons=["macro_f1 is 0.5; must be at least 0.8"])})
    assert "cats: rejected" in text
    assert "macro_f1 is 0.5; must be at least 0.8" in text


def test_pages_of_a_later_run_are_told_once() -> None:
    report = DomainReport(pages=["inspection.html"])
    report.add_pages([])
    report.add_pages(["inspection.html", "report.html"])
    assert report.pages == ["inspection.html", "report.html"]


def test_the_file_keeps_everything(tmp_path: Path) -> None:
    report.write({"battery": released()}, tmp_path / "demo" / "report.json")
    kept = json.loads((tmp_path / "demo" / "report.json").read_text())["battery"]
    assert len(kept["release"]["steps"]) == 4
    assert set(kept) >= {"status", "reasons", "dataset", "evaluation", "gate", "release", "predictions", "captures"}


def test_a_run_that_ends_early_is_the_reason() -> None:
    report = DomainReport()
    report.end("rejected", ["recall is 0.2"])
    assert (report.status, report.reasons) == ("rejected", ["recall is 0.2"])


def test_after_a_release_an_early_end_leaves_the_domain_released() -> None:
    report = DomainReport(status="released")
    report.end("rolled_back", ["p95 was 300 ms"])
    assert (report.status, report.reasons) == ("released", ["a later challenger was rolled back: p95 was 300 ms"])


def test_the_seconds_of_a_stage_add_up(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = iter([10.0, 12.0, 20.0, 20.5])
    monkeypatch.setattr(report.time, "monotonic", lambda: next(clock))
    told = DomainReport()
    for _ in range(2):
        with told.timed("training"):
            pass
    assert told.seconds == {"training": 2.5}
