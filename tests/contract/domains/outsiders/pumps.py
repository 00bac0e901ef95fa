"""Is this pump about to burst? A second set of telemetry: other channels, another step, other words."""

from typing import Unpack

from constructs import Construct

from lambdas.endpoint_release.models import RolloutSpec
from lambdas.endpoint_release.targets.serverless.spec import ServerlessSpec
from lambdas.model_gate.models import GateSpec
from stacks.pipeline.definition import (
    DomainDefinition,
    Training,
    at_least,
    at_most,
    minutes,
    surely_at_least,
    surely_at_most,
)
from stacks.pipeline.ml_domain import DomainOptions, MlDomain
from stacks.pipeline.training_options import options_of
from tests.toys import pumps
from training_containers.tabular.config import TabularHyperparameters

PUMPS = DomainDefinition(
    name="pumps",
    task="tabular",
    data=pumps.SPEC,
    training=Training(
        container="tabular",
        instance="ml.m5.xlarge",
        spot=False,
        cost_limit_usd=5,
        options=options_of(TabularHyperparameters, "trials", "seed"),
        metrics=("progress",),
    ),
    gate=GateSpec(
        requirements=(
            surely_at_least("leaking_recall", 0.5),
            surely_at_most("false_alarms_per_1000_sound_pump_hours", 10),
            at_least("lead_time_p50_s", 20),
            at_most("p95_ms", 50),
        ),
        beats_references_on="average_precision",
    ),
    target=ServerlessSpec(),
    rollout=RolloutSpec(bake_s=minutes(15)),
)


class PumpWatch(MlDomain):
    def __init__(self, scope: Construct, construct_id: str, **options: Unpack[DomainOptions]) -> None:
        super().__init__(scope, construct_id, definition=PUMPS, **options)
