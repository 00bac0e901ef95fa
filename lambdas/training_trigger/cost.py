"""Worst-case cost of a run, and the refusal of one that is too dear. Pure."""

from lambdas.common.errors import VigilError
from lambdas.training_trigger.prices import AS_OF, USD_PER_HOUR


class CostLimitError(VigilError):
    """The run could cost more than its domain allows."""


def worst_case_usd(instance_type: str, instances: int, max_runtime_s: int) -> float:
    """Every instance for the whole allowed time, at the on-demand price; raises CostLimitError without a price."""
    if instance_type not in USD_PER_HOUR:
        raise CostLimitError(
            f"There is no price for {instance_type} in the table of {AS_OF}, so its cost cannot be bounded; "
            f"use one of {', '.join(USD_PER_HOUR)}, or add its price to lambdas/training_trigger/prices.py."
        )
    return round(instances * max_runtime_s / 3600 * USD_PER_HOUR[instance_type], 2)


def require_affordable(cost_usd: float, limit_usd: float, instance_type: str, instances: int) -> None:
    if cost_usd > limit_usd:
        raise CostLimitError(
            f"In the worst case a run on {instances} x {instance_type} costs {cost_usd:.2f} USD (prices of {AS_OF}), "
            f"above the domain's limit of {limit_usd:.2f} USD. Choose a smaller instanceType, or raise the limit or "
            "lower the longest runtime in the domain's definition."
        )
