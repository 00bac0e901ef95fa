"""Payloads, options and cost of a run: what is refused, and how it is said."""

import json
import math
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from lambdas.common.errors import PayloadError
from lambdas.training_trigger.cost import CostLimitError, require_affordable, worst_case_usd
from lambdas.training_trigger.options import OptionsError, choose
from lambdas.training_trigger.payload import read, run_name
from lambdas.training_trigger.spec import Option, TrainingSpec

EVENTS = Path(__file__).parents[1] / "events"
SPEC = TrainingSpec(
    image_uri="123456789012.dkr.ecr.eu-central-1.amazonaws.com/training:1",
    role_arn="arn:aws:iam::123456789012:role/training",
    instance_type="ml.m5.xlarge",
    allowed_instance_types=("ml.m5.xlarge", "ml.g5.xlarge"),
    max_runtime_s=3600,
    cost_limit_usd=5,
    options=(
        Option(name="epochs", hyperparameter="epochs", kind="int", default=50, minimum=1, maximum=500),
        Option(
            name="learningRate", hyperparameter="learning_rate", kind="float", default=1e-4, minimum=1e-7, maximum=1
        ),
        Option(name="trainOnlyTopLayer", hyperparameter="train_only_top_layer", kind="bool", default=False),
        Option(name="mode", hyperparameter="mode", kind="choice", default="fast", choices=("fast", "slow")),
    ),
)


@pytest.mark.parametrize("event", [None, [], "epochs=5", 5, {"detail-type": "X", "detail": "text"}])
def test_a_payload_that_is_no_object_is_refused(event: Any) -> None:
    with pytest.raises(PayloadError, match="send an object of options"):
        read(event, "request")


@pytest.mark.parametrize("token", ["", 5, None, "x" * 257])
def test_a_token_that_cannot_name_a_run_is_refused(token: Any) -> None:
    with pytest.raises(PayloadError, match="runToken"):
        read({"runToken": token}, "request")


@pytest.mark.parametrize(
    ("asked", "named"),
    [
        ({"epoch": 5}, "epoch is unknown; known: .*epochs"),
        ({"epochs": 0}, "epochs is 0; at least 1"),
        ({"epochs": 501}, "epochs is 501; at most 500"),
        ({"epochs": 5.5}, "epochs is 5.5; a whole number"),
        ({"epochs": "5"}, "epochs is '5'; a whole number"),
        ({"epochs": True}, "epochs is True; a whole number"),
        ({"epochs": None}, "epochs is None"),
        ({"learningRate": math.nan}, "learningRate is nan; a number"),
        ({"learningRate": math.inf}, "learningRate is inf; a number"),
        ({"learningRate": [1]}, r"learningRate is \[1\]"),
        ({"trainOnlyTopLayer": 1}, "trainOnlyTopLayer is 1; true or false"),
        ({"mode": ["fast"]}, "mode is .*; one of fast, slow"),
        ({"spot": "yes"}, "spot is 'yes'; true or false"),
        ({"skipDataPrep": 0}, "skipDataPrep is 0; true or false"),
        ({"dryRun": "yes"}, "dryRun is 'yes'; true or false"),
        ({"instanceType": "ml.p4d.24xlarge"}, "instanceType is .*; one of ml.m5.xlarge, ml.g5.xlarge"),
        ({"instanceType": {}}, "instanceType is {}"),
        ({"continueRun": "vigil-battery-0123456789ab"}, "continueRun"),
        ({"continueRun": "cats-0123456789ab"}, "e.g. vigil-cats-0123456789ab"),
        ({"continueRun": "vigil-cats-../../secret"}, "continueRun"),
        ({"Records": []}, "Records is unknown"),
    ],
)
def test_an_option_at_fault_is_named(asked: dict[str, Any], named: str) -> None:
    with pytest.raises(OptionsError, match=named):
        choose(asked, SPEC, "vigil-cats")


def test_every_option_at_fault_is_named_at_once() -> None:
    with pytest.raises(OptionsError, match="lr is unknown.*epochs is 0.*spot is 1"):
        choose({"epochs": 0, "spot": 1, "lr": 1}, SPEC, "vigil-cats")


def test_defaults_and_choices_become_text() -> None:
    assert choose({}, SPEC, "vigil-cats").hyperparameters == {
        "epochs": "50",
        "learning_rate": "0.0001",
        "train_only_top_layer": "false",
        "mode": "fast",
    }
    chosen = choose({"epochs": 2, "learningRate": 1, "spot": True, "instanceType": "ml.g5.xlarge"}, SPEC, "vigil-cats")
    assert (chosen.hyperparameters["epochs"], chosen.hyperparameters["learning_rate"]) == ("2", "1.0")
    assert (chosen.spot, chosen.instance_type, chosen.skip_data_prep) == (True, "ml.g5.xlarge", False)


def test_an_event_names_its_run_by_its_own_id() -> None:
    event = json.loads((EVENTS / "schedule.json").read_text())
    asked = read(event, "request")
    assert asked.options == {}
    assert run_name("vigil-cats", asked.token) == run_name("vigil-cats", read(event, "another request").token)
    assert run_name("vigil-cats", asked.token) != run_name("vigil-cats", read({}, "request").token)
    assert read({"runToken": "mine", "epochs": 5}, "request") == ({"epochs": 5}, "mine", "")


def test_a_reason_is_no_option_and_a_strange_one_is_refused() -> None:
    assert read({"epochs": 5, "reason": "50 new reviews"}, "request") == ({"epochs": 5}, "request", "50 new reviews")
    for reason in (5, None, "x" * 1001):
        with pytest.raises(PayloadError, match="reason is"):
            read({"reason": reason}, "request")


def test_a_run_that_could_cost_too_much_names_both_numbers() -> None:
    cost = worst_case_usd("ml.g5.12xlarge", 2, 7200)
    assert cost == pytest.approx(28.36)
    require_affordable(28.36, 28.36, "ml.g5.12xlarge", 2)
    with pytest.raises(CostLimitError, match="on 2 x ml.g5.12xlarge costs 28.36 USD .* limit of 5.00 USD"):
        require_affordable(cost, 5, "ml.g5.12xlarge", 2)


def test_an_instance_without_a_price_is_refused() -> None:
    with pytest.raises(CostLimitError, match="no price for ml.x1.large"):
        worst_case_usd("ml.x1.large", 1, 60)


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"instance_type": "ml.p2.xlarge"}, "not among"),
        ({"spot": True}, "max_wait_s 0 is below"),
        ({"tracking_uri": "https://mlflow.example.com"}, "network isolation"),
        ({"cost_limit_usd": 0}, "greater than 0"),
    ],
)
def test_a_specification_that_cannot_work_is_refused(changes: dict[str, Any], fault: str) -> None:
    with pytest.raises(ValidationError, match=fault):
        TrainingSpec.model_validate({**SPEC.model_dump(), **changes})


def test_a_reserved_name_is_no_option() -> None:
    with pytest.raises(ValidationError, match="spot is reserved"):
        Option(name="spot", hyperparameter="spot", kind="bool", default=False)
