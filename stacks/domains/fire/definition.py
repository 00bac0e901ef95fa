"""What makes `fire` itself."""

from lambdas.data_prep.sensor_zones.spec import SensorZones
from lambdas.endpoint_release.models import RolloutSpec
from lambdas.endpoint_release.targets.serverless.spec import ServerlessSpec
from lambdas.model_gate.models import GateSpec
from lambdas.training_trigger.spec import TunedRange, TuningSpec
from stacks.domains.fire.signals import SIGNALS
from stacks.domains.fire.strategies import STREAMING, distributed, ensemble
from stacks.pipeline.definition import (
    DomainDefinition,
    LabelledAccuracy,
    Training,
    at_least,
    at_most,
    hours,
    minutes,
    surely_at_least,
    surely_at_most,
)
from stacks.pipeline.training_options import Offer, options_of
from training_containers.ensemble.config import EnsembleHyperparameters

_FALSE_POSITIVES = 0.005
_RECALL = 0.60
"""Of all decisions while it burns, from the ignition on: in its first minutes no sensor has anything to say yet."""
_ACCURACY = 0.97
_DELAY_S = 300
"""From ignition to the first alarm, the median; smouldering fires are most of what is late."""
_MARGIN = 0.03
"""Of average precision: a difference that nobody who reads alarms would notice."""
DISTRIBUTED_INSTANCE = "ml.p3.8xlarge"

OPTIONS = options_of(
    EnsembleHyperparameters,
    "members",
    "folds",
    "batch_rows",
    "most_rows",
    "epochs",
    "batch_size",
    "accumulate",
    "mixed_precision",
    "rounds",
    "trees",
    "compress",
    "search_trials",
    "search_minutes",
    "seed",
    most_windows=Offer(maximum=10_000_000),
)

TUNING = TuningSpec(
    objective="oof_average_precision",
    fixed={"members": "trees", "search_trials": "0", "compress": "false"},
    ranges=(
        TunedRange(name="boosting_rate", kind="float", minimum=0.02, maximum=0.3, logarithmic=True),
        TunedRange(name="max_depth", kind="int", minimum=3, maximum=8),
        TunedRange(name="leaf_weight", kind="float", minimum=1, maximum=50, logarithmic=True),
    ),
    parallel_jobs=5,
    max_runtime_s=hours(2),
)
"""Of the boosted trees, judged on folds of the training split. What the container searches itself costs a fraction, as
its trials read features that are computed once; jobs beside each other take less time."""


def fire(distributed_instance: str = DISTRIBUTED_INSTANCE) -> DomainDefinition:
    return DomainDefinition(
        name="fire",
        task="sensor_zones",
        data=SensorZones(prefix="readings/", signals=SIGNALS),
        large_data=True,
        training=Training(
            container="ensemble",
            instance="ml.m5.4xlarge",
            or_instances=("ml.m5.xlarge", "ml.m5.2xlarge"),
            spot=True,
            max_runtime_s=hours(12),
            max_wait_s=hours(24),
            volume_gb=100,
            cost_limit_usd=600,
            options=OPTIONS,
            metrics=("progress", "oof_average_precision"),
            tuning=TUNING,
            strategies=(ensemble(below_gb=5), distributed(distributed_instance, below_gb=20), STREAMING),
        ),
        gate=GateSpec(
            requirements=(
                surely_at_most("false_positive_rate", _FALSE_POSITIVES),
                surely_at_least("recall", _RECALL),
                at_least("accuracy", _ACCURACY),
                at_most("detection_delay_p50_s", _DELAY_S),
                at_most("p95_ms", 5),
                at_most("size_mb", 100),
            ),
            beats_dummy_on=("average_precision", "accuracy"),
            beats_references_on="average_precision",
            not_worse_than_champion_on="average_precision",
            champion_tolerance=_MARGIN,
        ),
        target=ServerlessSpec(memory_mb=3072, max_concurrency=10),
        rollout=RolloutSpec(steps=(10, 50, 100), bake_s=minutes(15)),
        accuracy=LabelledAccuracy(namespace="FireDetection", at_least=0.95),
    )


FIRE = fire()
