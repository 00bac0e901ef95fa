"""What the gate refuses and what it says."""

import json
import math
from types import SimpleNamespace
from typing import Any

import pytest
from pydantic import ValidationError

from lambdas.common.release_state import Quality, Release
from lambdas.model_gate.champion_rule import _too_few_shared
from lambdas.model_gate.logic import counted, decide, status
from lambdas.model_gate.models import GateSpec, Requirement
from lambdas.model_gate.package import DESCRIPTION_LIMIT, described

SPEC = GateSpec(
    requirements=(
        Requirement(metric="macro_f1", at_least=0.8, judged_on="interval"),
        Requirement(metric="p95_ms", at_most=50),
    ),
    beats_dummy_on="macro_f1",
    not_worse_than_champion_on="macro_f1",
    champion_tolerance=0.05,
)
CHAMPION = Release(
    release="r1-abcdef",
    address="vigil-cats-r1-abcdef",
    model_package_arn="arn:aws:sagemaker:eu-central-1:123456789012:model-package/vigil-cats/1",
    model_data_url="s3://artifacts/old/model.tar.gz",
    since="2026-11-20T17:00:14Z",
)


def evaluation(**changes: Any) -> bytes:
    return json.dumps(
        {
            "task": "image_classification",
            "dataset_version": "v1",
            "test_items": 40,
            "metrics": {"macro_f1": 0.9, "p95_ms": 20.0},
            "intervals": {"macro_f1": {"low": 0.83, "high": 0.95}},
            "dummy": {"macro_f1": 0.1},
            **changes,
        }
    ).encode()


def against_champion(value: float, interval: tuple[float, float] | None = (-0.04, 0.04), **changes: Any) -> bytes:
    """An evaluation with macro F1 0.9 beside a champion's `value`; `interval` is that of the difference."""
    differences = {} if interval is None else {"macro_f1": {"low": interval[0], "high": interval[1]}}
    measured = {"macro_f1": value}
    champion = {"model_data_url": CHAMPION.model_data_url, "metrics": measured, "differences": differences}
    return evaluation(champion=champion | changes)


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


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (
            against_champion(0.9, (-0.06, 0.06)),
            "macro_f1_difference is 0 (95 % interval -0.06 to 0.06); must be at least -0.05 at its low end and 0 at "
            "its high end, against the champion r1-abcdef's 0.9",
        ),
        (against_champion(0.92, (-0.04, -0.001)), "macro_f1_difference is -0.02 (95 % interval -0.04 to -0.001)"),
        (
            against_champion(0.92, (-0.04, 0.01)),
            "macro_f1_behind_best is -0.02; must be at least -0.0064, half a standard error below the best",
        ),
        (against_champion(math.nan), "whose macro_f1 is not known"),
        (against_champion(0.9, None), "pair by pair, but the evaluation has no 95 % interval of it"),
        (against_champion(0.9, shared_classes=["Mu"]), "they share only Mu"),
        (against_champion(0.8, challenger={"macro_f1": 0.7}), "macro_f1_behind_best is -0.1; must"),
        (against_champion(0.8, challenger={"accuracy": 0.7}), "pair by pair, but the evaluation has no"),
        (evaluation(), "which training did not have on this test split"),
        (
            evaluation(champion={"model_data_url": "s3://other/model.tar.gz", "metrics": {"macro_f1": 0.1}}),
            "which training did not have on this test split",
        ),
    ],
)
def test_a_challenger_worse_than_the_champion_is_refused(body: bytes, reason: str) -> None:
    decision = decide(body, "v1", SPEC, CHAMPION)
    assert not decision.passed
    assert reason in "; ".join(decision.reasons)


@pytest.mark.parametrize(
    ("changes", "share"), [({"shared_classes": ["Mu"]}, "only Mu"), ({"metrics": {}, "differences": {}}, "none")]
)
def test_a_model_of_other_classes_is_refused_with_the_way_out(changes: dict[str, Any], share: str) -> None:
    """The container measures nothing where no class is shared; training again would not help."""
    decision = decide(against_champion(0.9, **changes), "v1", SPEC, CHAMPION)
    [reason] = decision.reasons
    assert f"at least 2 shared classes of the test split, but they share {share}; " in reason
    assert "aws sagemaker update-model-package --model-approval-status Approved" in reason
    assert "update-model-package" in described((*decision.reasons, "attempt 1 on this test split"))


def test_every_reason_is_given_at_once() -> None:
    decision = decide(evaluation(metrics={"macro_f1": 0.05, "p95_ms": 99}), "v2", SPEC, champion=None)
    assert len(decision.reasons) == 4


@pytest.mark.parametrize(("approval", "outcome"), [("automatic", "approved"), ("manual", "pending")])
def test_a_good_model_passes_with_reasons(approval: str, outcome: str) -> None:
    decision = decide(against_champion(0.895), "v1", SPEC, CHAMPION)
    assert decision.passed
    assert decision.reasons[0] == "macro_f1 is 0.9 (95 % interval 0.83 to 0.95); at least 0.8 at its low end"
    assert [verdict.passed for verdict in decision.verdicts] == [True] * 5
    assert status(decision, approval) == outcome


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


def test_what_a_champion_has_lost_against_the_best_must_be_won_back() -> None:
    """Differences of -0.004 pass half a standard error of 0.01 once; added up, they do not."""
    behind = CHAMPION.model_copy(update={"quality": Quality(metric="macro_f1", total=0.026, best=0.03)})
    body = against_champion(0.904, (-0.024, 0.0152))
    assert decide(body, "v1", SPEC, CHAMPION).passed
    refused = decide(body, "v1", SPEC, behind)
    assert [verdict.metric for verdict in refused.verdicts if not verdict.passed] == ["macro_f1_behind_best"]
    assert refused.verdicts[-1].value == pytest.approx(-0.008)
    won_back = decide(against_champion(0.896, (-0.016, 0.0232)), "v1", SPEC, behind)
    assert won_back.passed
    assert won_back.quality is not None
    assert won_back.quality.total == pytest.approx(0.03)


def test_a_comparison_on_another_metric_starts_anew() -> None:
    champion = CHAMPION.model_copy(update={"quality": Quality(metric="accuracy", total=-0.2, best=0.1)})
    decision = decide(against_champion(0.9), "v1", SPEC, champion)
    assert decision.passed
    assert decision.quality == Quality(metric="macro_f1", total=0)


def test_the_reason_says_how_many_classes_were_compared() -> None:
    per_class = {name: {"precision": 1, "recall": 1, "f1": 1, "support": 9} for name in ("Mu", "Tau", "New")}
    champion = {
        "model_data_url": CHAMPION.model_data_url,
        "metrics": {"macro_f1": 0.9},
        "challenger": {"macro_f1": 0.91},
        "differences": {"macro_f1": {"low": -0.01, "high": 0.03}},
        "shared_classes": ["Mu", "Tau"],
    }
    decision = decide(evaluation(champion=champion, per_class=per_class), "v1", SPEC, CHAMPION)
    assert decision.passed
    assert "against the champion r1-abcdef's 0.9 over the 2 shared classes" in "; ".join(decision.reasons)


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


def test_detectors_of_one_class_are_compared_on_it() -> None:
    measured = SimpleNamespace(shared_classes=("deer",), metrics={"ap": 0.3})
    assert _too_few_shared(measured, SimpleNamespace(per_class={"deer": None})) is None
    assert _too_few_shared(measured, SimpleNamespace(per_class={"deer": None, "boar": None})) == "only deer"
