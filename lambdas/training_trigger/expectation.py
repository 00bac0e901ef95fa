"""Time and cost that a run will probably take, from what was measured; the worst case is `cost.py`'s. Pure."""

from typing import NamedTuple

from lambdas.common.errors import VigilError
from lambdas.training_trigger.cost import worst_case_usd
from lambdas.training_trigger.instances import VCPUS
from lambdas.training_trigger.models import RawSize
from lambdas.training_trigger.options import Choices
from lambdas.training_trigger.spec import StrategySpec, Throughput


class TimeLimitError(VigilError):
    """The run would be stopped before it ends."""


class Expectation(NamedTuple):
    seconds: float
    usd: float
    in_words: str


def expect(strategy: StrategySpec, choices: Choices, raw: RawSize) -> Expectation | None:
    """None: nothing was measured, or the instance is not in the table.

    vCPUs count in proportion to those measured on, up to `most_vcpus`, and GPUs not at all, which the sentence says.
    """
    measured, instance = strategy.throughput, choices.instance_type
    if measured is None or instance not in VCPUS:
        return None
    hosts = strategy.instance_count
    vcpus = hosts * VCPUS[instance]
    counted = vcpus if measured.most_vcpus is None else min(vcpus, measured.most_vcpus)
    rows = rows_of(raw, measured)
    scale = counted / measured.vcpus
    seconds = (measured.overhead_s + rows / measured.rows_per_s) / scale
    usd = worst_case_usd(instance, hosts, round(seconds))
    overhead = f" and {measured.overhead_s:,.0f} s a run" if measured.overhead_s else ""
    return Expectation(
        seconds,
        usd,
        f"strategy {strategy.name}: {raw.total / 1e9:.2f} GB, about {rows:,.0f} rows, take about "
        f"{seconds / 3600:.1f} h and {usd:.2f} USD on {hosts} x {instance} with the strategy's own options: "
        f"{measured.rows_per_s:,.0f} rows/s{overhead} by what was measured on {measured.measured_on}, taken "
        f"{scale:g} times for {counted} of its {vcpus} vCPUs, GPUs not counted",
    )


def rows_of(raw: RawSize, measured: Throughput) -> float:
    text = measured.bytes_per_row if measured.text_bytes_per_row is None else measured.text_bytes_per_row
    return (raw.total - raw.text) / measured.bytes_per_row + raw.text / text


def require_time(expected: Expectation, strategy: StrategySpec) -> None:
    if expected.seconds > strategy.max_runtime_s:
        raise TimeLimitError(
            f"The run would not end in the {strategy.max_runtime_s / 3600:g} h that it may take: {expected.in_words}. "
            "Choose a larger instanceType or another strategy, or raise the longest runtime in the domain's definition."
        )
