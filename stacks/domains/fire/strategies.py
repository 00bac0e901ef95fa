"""How `fire` trains, by the size of its raw data; each within 24 hours and 600 USD at its longest."""

from stacks.pipeline.strategy import Strategy

_HOUR_S = 3600


def ensemble(below_gb: float) -> Strategy:
    """One machine without GPUs, as the training itself says."""
    return Strategy(name="ensemble", below_gb=below_gb)


def distributed(instance: str, below_gb: float) -> Strategy:
    """The networks on the GPUs of two hosts (PyTorch's DDP), each host with all of the data."""
    return Strategy(
        name="distributed",
        below_gb=below_gb,
        instance=instance,
        or_instances=(),
        instance_count=2,
        max_runtime_s=20 * _HOUR_S,
        max_wait_s=36 * _HOUR_S,
        volume_gb=300,
        defaults={
            "batchSize": 8192,
            "mixedPrecision": True,
            "epochs": 20,
            "mostWindows": 2_000_000,
            "mostRows": 2_000_000,
            "rounds": 400,
        },
    )


STREAMING = Strategy(
    name="streaming",
    max_runtime_s=23 * _HOUR_S,
    max_wait_s=46 * _HOUR_S,
    volume_gb=1000,
    defaults={"batchRows": 50_000, "mostRows": 1_000_000, "mostWindows": 500_000, "epochs": 10, "rounds": 300},
)
"""One machine, 50,000 decisions at a time: memory does not grow with the rows."""
