"""What the gate refuses and what it says."""

import json
import math
from typing import Any

import pytest
from pydantic import ValidationError

from lambdas.common.release_state import Release
from lambdas.model_gate.logic import decide, status
from lambdas.model_gate.models import GateSpec, Requirement
from lambdas.model_gate.package import DESCRIPTION_LIMIT, described

SPEC = GateSpec(
    requirements=(Requirement(metric="macro_f1", at_least=0.8), Requirement(metric="p95_ms", at_most=50)),
    beats_dummy_on="macro_f1",
    not_worse_than_champion_on="macro_f1",
    champion_tolerance=0.01,
)
CHAMPION = Release(
    release="r1-abcdef",
    endpoint="vigil-cats-r1-abcdef",
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
            "dummy": {"macro_f1": 0.1},
            **changes,
        }
    ).encode()


def against_champion(value: float, **changes: Any) -> bytes:
    return evaluation(champion={"model_data_url": CHAMPION.model_data_url, "metrics": {"macro_f1": value}}, **changes)


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
        (evaluation(metrics={"macro_f1": 0.79, "p95_ms": 1}), "macro_f1 is 0.79; must be at least 0.8"),
        (evaluation(metrics={"macro_f1": 0.9, "p95_ms": 51}), "p95_ms is 51; must be at most 50"),
        (evaluation(dummy={"macro_f1": 0.9}), "must be above the dummy baseline's 0.9"),
        (evaluation(dummy={}), "dummy baseline, whose macro_f1 is not known"),
        (evaluation(dummy={"macro_f1": math.nan}), "dummy baseline, whose macro_f1 is not known"),
        (evaluation(dataset_version="v0"), "evaluated on dataset version v0, but this run prepared v1"),
        (evaluation(test_items=0), "no test items"),
    ],
)
def test_refused_with_a_reason(body: bytes | None, reason: str) -> None:
    decision = decide(body, "v1", SPEC, champion=None)
    assert not decision.passed
    assert reason in "; ".join(decision.reasons)
    assert status(decision, "automatic") == "rejected"


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (against_champion(0.92), "champion r1-abcdef's 0.92 less 0.01"),
        (against_champion(math.nan), "whose macro_f1 is not known"),
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


def test_every_reason_is_given_at_once() -> None:
    decision = decide(evaluation(metrics={"macro_f1": 0.05, "p95_ms": 99}), "v2", SPEC, champion=None)
    assert len(decision.reasons) == 4


@pytest.mark.parametrize(("approval", "outcome"), [("automatic", "approved"), ("manual", "pending")])
def test_a_good_model_passes_with_reasons(approval: str, outcome: str) -> None:
    decision = decide(against_champion(0.909), "v1", SPEC, CHAMPION)
    assert decision.passed
    assert decision.reasons[0] == "macro_f1 is 0.9; at least 0.8"
    assert [verdict.passed for verdict in decision.verdicts] == [True] * 4
    assert status(decision, approval) == outcome


def test_named_references_must_be_beaten() -> None:
    spec = SPEC.model_copy(update={"beats_references_on": "macro_f1"})
    refused = decide(evaluation(references={"threshold rule": {"macro_f1": 0.95}}), "v1", spec, champion=None)
    assert "above the threshold rule's 0.95" in refused.reasons[0]
    assert decide(evaluation(references={"threshold rule": {"macro_f1": 0.5}}), "v1", spec, champion=None).passed


@pytest.mark.parametrize("bounds", [{}, {"at_least": 0.1, "at_most": 0.2}])
def test_a_requirement_has_one_bound(bounds: dict[str, float]) -> None:
    with pytest.raises(ValidationError, match="either at_least or at_most"):
        Requirement(metric="macro_f1", **bounds)


def test_a_description_fits() -> None:
    assert len(described(("long\nreason " * 50,) * 5)) == DESCRIPTION_LIMIT
    assert "\n" not in described(("two\nlines",))
