"""How `fire` trains, by the size of its raw data; each within 24 hours and 600 USD at its longest."""

from collections.abc import Mapping

from pydantic.alias_generators import to_snake

from lambdas.training_trigger.spec import OptionValue, Throughput
from stacks.domains.fire.throughput import throughput
from stacks.pipeline.strategy import Strategy
from training_containers.ensemble.config import EnsembleHyperparameters

_HOUR_S = 3600
_STREAMING = {"batchRows": 50_000, "mostRows": 1_000_000, "mostWindows": 500_000, "epochs": 10, "rounds": 300}
_DISTRIBUTED = {
    "batchSize": 8192,
    "mixedPrecision": True,
    "epochs": 20,
    "mostWindows": 2_000_000,
    "mostRows": 2_000_000,
    "rounds": 400,
}


def _expected(defaults: Mapping[str, OptionValue], most_vcpus: int) -> Throughput:
    settings = {to_snake(name): value for name, value in defaults.items()}
    return throughput(EnsembleHyperparameters.model_validate(settings), most_vcpus)


def ensemble(below_gb: float) -> Strategy:
    """One machine without GPUs, as the training itself says.

    With these options a sixth of the work, at one thread, is as long as the rest at eight: three cores' worth in all.
    """
    return Strategy(name="ensemble", below_gb=below_gb, throughput=_expected({}, most_vcpus=6))


def distributed(instance: str, below_gb: float) -> Strategy:
    """The networks on the GPUs of two hosts (PyTorch's DDP), each host with its share of the tables to train on.

    Networks, XGBoost and LightGBM learn from the shares of all hosts, the other members from the main host's: half of
    the tables (docs/decisions/0045, 0063).

    Nobody measured it on GPUs. Its time is that of eight cores without any, of 32 at least: an upper bound.
    """
    return Strategy(
        name="distributed",
        below_gb=below_gb,
        instance=instance,
        or_instances=(),
        instance_count=2,
        sharded="train",
        max_runtime_s=20 * _HOUR_S,
        max_wait_s=36 * _HOUR_S,
        volume_gb=300,
        defaults=_DISTRIBUTED,
        throughput=_expected(_DISTRIBUTED, most_vcpus=16),
    )


STREAMING = Strategy(
    name="streaming",
    max_runtime_s=23 * _HOUR_S,
    max_wait_s=46 * _HOUR_S,
    volume_gb=1000,
    defaults=_STREAMING,
    throughput=_expected(_STREAMING, most_vcpus=8),
)
"""One machine, 50,000 decisions at a time: memory does not grow with the rows. XGBoost, which has all cores, is nine
tenths of the work; the rest at one thread leaves four cores' worth of eight."""
