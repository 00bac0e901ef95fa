"""What stands in a registered package: every comparison, within what SageMaker takes.

Limits: botocore's SageMaker model, CustomerMetadataMap (50), CustomerMetadataKey (128), CustomerMetadataValue (256).
"""

import re
from typing import Any

from inference.contracts import Interval
from lambdas.common.release_state import Quality
from lambdas.model_gate.logic import Decision, decide
from lambdas.model_gate.models import GateSpec, ModelGateEvent, ModelGateVariables, Requirement, Verdict
from lambdas.model_gate.package import model_package
from tests.unit.gate_evaluations import evaluation

SPEC = GateSpec(
    requirements=(Requirement(metric="p95_ms", at_most=50),),
    beats_dummy_on="macro_f1",
    beats_references_on="macro_f1",
)
EVENT = ModelGateEvent.model_validate(
    {"run": "cats-1", "dataset": {"version": "v1"}, "model_data_url": "s3://artifacts/runs/cats/cats-1/model.tar.gz"}
)
TEXT = re.compile(r"[\w .:/=+\-@]*")


def properties(decision: Decision) -> dict[str, str]:
    environment = ModelGateVariables(
        domain="cats",
        task="image_classification",
        artifacts_bucket="artifacts",
        package_group="vigil-cats",
        releases_table="releases",
        approval="manual",
        serving_image_uri="image",
        gate=SPEC,
    )
    return model_package(EVENT, environment, decision, "s3://artifacts/evaluation.json")["CustomerMetadataProperties"]


def leads(**of: tuple[float, float]) -> dict[str, Any]:
    return {name: {"macro_f1": {"low": low, "high": high}} for name, (low, high) in of.items()}


def test_the_lead_over_each_rival_is_told() -> None:
    rivals = {"rule": {"macro_f1": 0.5}, "last_year": {"macro_f1": 0.6}}
    measured = leads(dummy=(0.7, 0.9), rule=(0.3, 0.5), last_year=(0.2, 0.4))
    decision = decide(evaluation(references=rivals, leads=measured), "v1", SPEC, champion=None)
    assert decision.passed, decision.reasons
    told = {key: value for key, value in properties(decision).items() if "lead" in key and "interval" in key}
    assert told == {
        "macro_f1_lead_over_dummy.interval": "0.7 to 0.9",
        "macro_f1_lead_over_rule.interval": "0.3 to 0.5",
        "macro_f1_lead_over_last_year.interval": "0.2 to 0.4",
    }


def test_many_and_long_names_stay_within_what_sagemaker_takes() -> None:
    interval = Interval(low=0.1, high=0.2)
    verdicts = tuple(
        Verdict(metric=f"{n}, {'m' * 200} ?", value=0.15, interval=interval, required="x", passed=True)
        for n in range(60)
    )
    told = properties(Decision(True, ("good",), verdicts, None, Quality(metric="macro_f1", total=0.5), attempt=7))
    assert len(told) <= 50
    assert max(map(len, told)) <= 128
    assert max(map(len, told.values())) <= 256
    assert all(TEXT.fullmatch(text) for text in (*told, *told.values()))
    assert (told["quality_total"], told["attempt"], told["run"]) == ("0.5", "7", "cats-1")


def test_a_metric_does_not_take_the_place_of_what_a_release_reads() -> None:
    verdicts = (Verdict(metric="quality_total", value=9.0, required="x", passed=True),)
    told = properties(Decision(True, ("good",), verdicts, None, Quality(metric="macro_f1", total=0.5)))
    assert told["quality_total"] == "0.5"
