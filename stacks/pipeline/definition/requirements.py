"""What a gate asks of a metric."""

from lambdas.model_gate.models import Requirement


def at_least(metric: str, value: float) -> Requirement:
    return Requirement(metric=metric, at_least=value)


def at_most(metric: str, value: float) -> Requirement:
    return Requirement(metric=metric, at_most=value)


def surely_at_least(metric: str, value: float) -> Requirement:
    """The low end of the metric's 95 % interval is at least so much."""
    return Requirement(metric=metric, at_least=value, judged_on="interval")


def surely_at_most(metric: str, value: float) -> Requirement:
    """The high end of the metric's 95 % interval is at most so much."""
    return Requirement(metric=metric, at_most=value, judged_on="interval")
