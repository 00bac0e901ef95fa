"""What a gate asks of a challenger beside its champion."""

import math
from types import SimpleNamespace
from typing import Any

import pytest

from lambdas.common.release_state import Quality
from lambdas.model_gate.champion_rule import _too_few_shared
from lambdas.model_gate.logic import decide, status
from lambdas.model_gate.package import described
from tests.unit.gate_evaluations import CHAMPION, SPEC, against_champion, evaluation


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


@pytest.mark.parametrize(("approval", "outcome"), [("automatic", "approved"), ("manual", "pending")])
def test_a_good_model_passes_with_reasons(approval: str, outcome: str) -> None:
    decision = decide(against_champion(0.895), "v1", SPEC, CHAMPION)
    assert decision.passed
    assert decision.reasons[0] == "macro_f1 is 0.9 (95 % interval 0.83 to 0.95); at least 0.8 at its low end"
    assert [verdict.passed for verdict in decision.verdicts] == [True] * 5
    assert status(decision, approval) == outcome


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


def test_detectors_of_one_class_are_compared_on_it() -> None:
    measured = SimpleNamespace(shared_classes=("deer",), metrics={"ap": 0.3})
    assert _too_few_shared(measured, SimpleNamespace(per_class={"deer": None})) is None
    assert _too_few_shared(measured, SimpleNamespace(per_class={"deer": None, "boar": None})) == "only deer"
