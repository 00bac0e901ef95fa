"""What the gate refuses and what it says."""

import math

import pytest
from pydantic import ValidationError

from lambdas.model_gate.logic import counted, decide, status
from lambdas.model_gate.models import GateSpec, Requirement
from lambdas.model_gate.package import DESCRIPTION_LIMIT, described
from tests.unit.gate_evaluations import SPEC, evaluation


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (None, "no evaluation.json"),
        (b"", "not an Evaluation"),
        (b"[]", "not an Evaluation"),
        (b'{"task": "x"}', "dataset_version: Field required"),
        (evaluation(metrics={"macro_f1": 0.9}), "p95_ms is missing or not a number; must be at most 50"),
        (evaluation(metrics={"macro_f1": math.nan, "p95_ms": 1}), "macro_f1 is missing or not a number"),
        (evaluation(metrics={"macro_f1": math.inf, "p95_ms": 1}), "macro_f1 is missing or not a number"),
        (
            evaluation(metrics={"macro_f1": 0.79, "p95_ms": 1}),
            "macro_f1 is 0.79 (95 % interval 0.83 to 0.95); must be at least 0.8",
        ),
        (evaluation(metrics={"macro_f1": 0.9, "p95_ms": 51}), "p95_ms is 51; must be at most 50"),
        (
            evaluation(intervals={}),
            "macro_f1 is 0.9; must be at least 0.8 at its low end, but the evaluation has no 95 %",
        ),
        (
            evaluation(intervals={"macro_f1": {"low": 0.79, "high": 0.97}}),
            "macro_f1 is 0.9 (95 % interval 0.79 to 0.97); must be at least 0.8 at its low end",
        ),
        (evaluation(intervals={"macro_f1": {"low": math.inf, "high": math.inf}}), "has no 95 % interval of it"),
        (evaluation(intervals={"macro_f1": {"low": 0.97, "high": 0.79}}), "low end 0.97 is not below its high end"),
        (evaluation(dummy={"macro_f1": 0.9}), "must be above the dummy's 0.9"),
        (
            evaluation(dummy={"macro_f1": 0.84}),
            "(95 % interval 0.83 to 0.95); must be above the dummy's 0.84 at",
        ),
        (
            evaluation(leads={"dummy": {"macro_f1": {"low": -0.01, "high": 0.9}}}),
            "macro_f1_lead_over_dummy is 0.8 (95 % interval -0.01 to 0.9); must be above 0 at its low end, over",
        ),
        (evaluation(dummy={}), "dummy, whose macro_f1 is not known"),
        (evaluation(dummy={"macro_f1": math.nan}), "dummy, whose macro_f1 is not known"),
        (evaluation(dataset_version="v0"), "evaluated on dataset version v0, but this run prepared v1"),
        (evaluation(test_items=0), "no test items"),
    ],
)
def test_refused_with_a_reason(body: bytes | None, reason: str) -> None:
    decision = decide(body, "v1", SPEC, champion=None)
    assert not decision.passed
    assert reason in "; ".join(decision.reasons)
    assert status(decision, "automatic") == "rejected"


def test_a_constant_answer_can_be_beaten_on_several_metrics_and_must_be_on_each() -> None:
    """Where one answer is right in 98 of 100 cases, 97 % accuracy says nothing."""
    spec = SPEC.model_copy(update={"beats_dummy_on": ("macro_f1", "accuracy")})
    measured, dummy = {"macro_f1": 0.9, "p95_ms": 20.0, "accuracy": 0.99}, {"macro_f1": 0.1, "accuracy": 0.98}
    leads = {"macro_f1": {"low": 0.7, "high": 0.9}, "accuracy": {"low": 0.005, "high": 0.015}}

    assert decide(evaluation(metrics=measured, dummy=dummy, leads={"dummy": leads}), "v1", spec, None).passed

    leads["accuracy"] = {"low": -0.005, "high": 0.02}
    refused = decide(evaluation(metrics=measured, dummy=dummy, leads={"dummy": leads}), "v1", spec, None)
    assert not refused.passed
    assert "accuracy_lead_over_dummy is 0.01" in "; ".join(refused.reasons)


def test_every_reason_is_given_at_once() -> None:
    decision = decide(evaluation(metrics={"macro_f1": 0.05, "p95_ms": 99}), "v2", SPEC, champion=None)
    assert len(decision.reasons) == 4


def test_an_upper_bound_is_held_against_the_high_end() -> None:
    spec = GateSpec(requirements=(Requirement(metric="false_alarms", at_most=1, judged_on="interval"),))
    for high, passed in ((0.99, True), (1.01, False)):
        body = evaluation(metrics={"false_alarms": 0.6}, intervals={"false_alarms": {"low": 0.3, "high": high}})
        assert decide(body, "v1", spec, champion=None).passed is passed


def test_named_references_must_be_beaten_beyond_chance() -> None:
    spec = SPEC.model_copy(update={"beats_references_on": "macro_f1"})
    for rule, passed in ((0.95, False), (0.85, False), (0.5, True)):
        decision = decide(evaluation(references={"limit rule": {"macro_f1": rule}}), "v1", spec, champion=None)
        assert decision.passed is passed
        assert f"above the limit rule's {rule} at its low end" in "; ".join(decision.reasons)


def test_a_paired_lead_counts_where_two_intervals_would_overlap() -> None:
    spec = SPEC.model_copy(update={"beats_references_on": "macro_f1"})
    leads = {"limit rule": {"macro_f1": {"low": 0.01, "high": 0.08}}}
    assert decide(
        evaluation(references={"limit rule": {"macro_f1": 0.85}}, leads=leads), "v1", spec, champion=None
    ).passed


def test_attempts_are_told_with_what_luck_makes_of_them() -> None:
    passed = decide(evaluation(), "v1", SPEC, champion=None)
    assert counted(passed, 1).reasons[-1] == "attempt 1 on this test split"
    seventh = counted(passed, 7)
    assert "attempt 7 on this test split: of so many" in seventh.reasons[-1]
    assert "by luck with up to 16%" in seventh.reasons[-1]  # 1 - 0.975^7
    assert (seventh.attempt, seventh.passed) == (7, True)
    assert "add data" not in counted(passed, 20).reasons[-1]
    assert "add data that no model was measured on yet" in counted(passed, 21).reasons[-1]


@pytest.mark.parametrize("bounds", [{}, {"at_least": 0.1, "at_most": 0.2}])
def test_a_requirement_has_one_bound(bounds: dict[str, float]) -> None:
    with pytest.raises(ValidationError, match="either at_least or at_most"):
        Requirement(metric="macro_f1", **bounds)


def test_a_description_fits() -> None:
    assert len(described(("long\nreason " * 50,) * 5)) == DESCRIPTION_LIMIT
    assert "\n" not in described(("two\nlines",))
    assert described(("a reason " * 200, "attempt 7")).endswith("...; attempt 7")
    assert described(("one", "attempt 7")) == "one; attempt 7"
