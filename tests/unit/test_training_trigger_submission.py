"""A package that was trained elsewhere: what the trigger starts for it, and what it refuses."""

from typing import Any

import pytest

from lambdas.training_trigger.logic import PlannedRun, plan_run
from lambdas.training_trigger.models import TrainingTriggerVariables
from lambdas.training_trigger.options import OptionsError
from tests.unit.test_training_trigger_handler import SPEC

PACKAGE = "s3://artifacts/runs/cats/submitted/0123456789abcdef/model.tar.gz"
ENV = TrainingTriggerVariables(
    app="vigil",
    domain="cats",
    state_machine_arn="arn",
    artifacts_bucket="artifacts",
    releases_table="releases",
    training=SPEC,
)


def planned(**options: Any) -> PlannedRun:
    return plan_run(options, "request", ENV, None)


def test_nothing_is_trained_or_prepared_for_it_and_it_costs_nothing() -> None:
    run = planned(modelPackage=PACKAGE, runToken="token", reason="from a notebook")
    assert run.cost_usd == 0
    assert (run.input.model_package, run.input.reuse_latest, run.input.request) == (PACKAGE, True, {})
    assert (run.input.dry_run, run.input.reason) == (False, "from a notebook")
    assert run == planned(modelPackage=PACKAGE, runToken="token", reason="from a notebook")
    assert planned(modelPackage=PACKAGE, dryRun=True).input.dry_run
    assert planned().input.model_package is None


@pytest.mark.parametrize(
    ("options", "fault"),
    [
        ({"modelPackage": 7}, "modelPackage is 7; s3://artifacts/runs/cats/submitted/<name>/model.tar.gz is allowed"),
        ({"modelPackage": "s3://elsewhere/runs/cats/submitted/1/model.tar.gz"}, "is allowed"),
        ({"modelPackage": "s3://artifacts/runs/battery/submitted/1/model.tar.gz"}, "is allowed"),
        ({"modelPackage": "s3://artifacts/runs/cats/submitted/../../battery/model.tar.gz"}, "is allowed"),
        ({"modelPackage": "s3://artifacts/runs/cats/submitted/1/other.tar.gz"}, "is allowed"),
        ({"modelPackage": PACKAGE, "epochs": 3}, "epochs is for training, and modelPackage trains nothing"),
        ({"modelPackage": PACKAGE, "dryRun": "yes"}, "dryRun is 'yes'; true or false"),
    ],
)
def test_what_is_no_package_of_the_domain_is_refused(options: dict[str, Any], fault: str) -> None:
    with pytest.raises(OptionsError, match=fault.replace(".", r"\.")):
        planned(**options)
