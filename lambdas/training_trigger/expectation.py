"""Time and cost that a run will probably take, from what was measured; the worst case is `cost.py`'s. Pure."""

from typing import NamedTuple

from lambdas.common.errors import VigilError
from lambdas.training_trigger.cost import worst_case_usd
from lambdas.training_trigger.instances import VCPUS
from lambdas.training_trigger.models import StrategySpec
from lambdas.training_trigger.options import Choices


class TimeLimitError(VigilError):
    """The run would be stopped before it ends."""


class Expectation(NamedTuple):
    seconds: float
    usd: float
    in_words: str


def expect(strategy: StrategySpec, choices: Choices, raw_bytes: int) -> Expectation | None:
    """None: nothing was measured, or the instance is not in the table.

    More or fewer vCPUs than were measured on count in proportion and GPUs not at all, which the sentence says.
    """
    measured, instance = strategy.throughput, choices.instance_type
    if measured is None or instance not in VCPUS:
        return None
    hosts = strategy.instance_count
    scale = hosts * VCPUS[instance] / measured.vcpus
    rows = raw_bytes / measured.bytes_per_row
    seconds = rows / (measured.rows_per_s * scale)
    usd = worst_case_usd(instance, hosts, round(seconds))
    return Expectation(
        seconds,
        usd,
        f"strategy {strategy.name}: {raw_bytes / 1e9:.2f} GB, about {rows:,.0f} rows, take about "
        f"{seconds / 3600:.1f} h and {usd:.2f} USD on {hosts} x {instance}: {measured.rows_per_s:,.0f} rows/s were "
        f"measured on {measured.measured_on}, taken {scale:g} times for its vCPUs, GPUs not counted",
    )


def require_time(expected: Expectation, strategy: StrategySpec) -> None:
    if expected.seconds > strategy.max_runtime_s:
        raise TimeLimitError(
            f"The run would not end in the {strategy.max_runtime_s / 3600:g} h that it may take: {expected.in_words}. "
            "Choose a larger instanceType or another strategy, or raise the longest runtime in the domain's definition."
        )
