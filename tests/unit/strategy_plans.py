"""Runs of a domain that has two strategies, one of them measured."""

import json
from typing import Any

from lambdas.training_trigger.logic import PlannedRun, plan_run
from lambdas.training_trigger.models import RawSize, TrainingTriggerVariables

MEASURED = {"rows_per_s": 1000, "vcpus": 2, "measured_on": "two cores, 2026-11-21", "bytes_per_row": 20}
SMALL = {
    "name": "small",
    "below_gb": 5,
    "image_uri": "cpu",
    "instance_type": "ml.m5.xlarge",
    "allowed_instance_types": ["ml.m5.xlarge", "ml.m5.4xlarge"],
    "max_runtime_s": 36_000,
    "throughput": MEASURED,
}
HOSTS = {
    "name": "hosts",
    "image_uri": "gpu",
    "instance_type": "ml.p3.8xlarge",
    "allowed_instance_types": ["ml.p3.8xlarge"],
    "instance_count": 2,
    "max_runtime_s": 72_000,
    "defaults": {"epochs": 9},
}
EPOCHS = {"name": "epochs", "hyperparameter": "epochs", "kind": "int", "default": 4, "minimum": 1, "maximum": 50}


def plan(
    payload: dict[str, Any],
    raw_bytes: int | None = None,
    limit: float = 600,
    diagnoses: bool = True,
    text_bytes: int = 0,
    tuning: dict[str, Any] | None = None,
    **small: Any,
) -> PlannedRun:
    training = {
        "diagnoses": diagnoses,
        "tuning": tuning,
        "metric_definitions": [{"name": "precision", "regex": "precision=([0-9.]+)"}],
        **{key: SMALL[key] for key in ("image_uri", "instance_type", "allowed_instance_types", "max_runtime_s")},
        "role_arn": "arn:aws:iam::123456789012:role/training",
        "cost_limit_usd": limit,
        "options": [EPOCHS],
        "strategies": [{**SMALL, **small}, HOSTS],
    }
    env = TrainingTriggerVariables(
        app="vigil",
        domain="fire",
        state_machine_arn="arn:aws:states:eu-central-1:123456789012:stateMachine:training",
        artifacts_bucket="artifacts",
        releases_table="releases",
        training=json.dumps(training),
    )
    return plan_run(payload, "request", env, None, None if raw_bytes is None else RawSize(raw_bytes, text_bytes))


def job(planned: PlannedRun, strategy: str) -> dict[str, Any]:
    """As the state machine merges it."""
    return planned.input.request | planned.input.strategies[strategy]
