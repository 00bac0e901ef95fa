"""Evaluations that a gate judges in tests, and what it asks of them."""

import json
from typing import Any

from lambdas.common.release_state import Release
from lambdas.model_gate.models import GateSpec, Requirement

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
