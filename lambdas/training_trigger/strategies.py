"""One run planned by each strategy that it may take; which one, the state machine sees from the data. Pure."""

from collections.abc import Mapping
from typing import Any

from lambdas.training_trigger.options import OptionsError
from lambdas.training_trigger.spec import AUTO, StrategySpec, TrainingSpec

GB = 10**9


def possible(asked: Mapping[str, Any], spec: TrainingSpec) -> tuple[StrategySpec, ...]:
    """The strategy that was asked for, or all; none where a domain has one way to train, or asks for an unknown one."""
    named = asked.get("strategy", AUTO)
    found = tuple(one for one in spec.strategies if named in (AUTO, one.name))
    for option in ("instanceType", "tuningJobs") if len(found) > 1 else ():
        if asked.get(option):
            raise OptionsError(
                f"{option} is {asked[option]!r:.80}, and each strategy has instances of its own; "
                f"say with `strategy` which one it is for: {', '.join(one.name for one in found)}."
            )
    return found


def picks(strategies: tuple[StrategySpec, ...], raw_bytes: int | None) -> StrategySpec | None:
    """The only one, or the first whose limit the raw data keeps; None where there is none, or the size is not known."""
    if len(strategies) == 1:
        return strategies[0]
    fitting = (one for one in strategies if one.below_gb is None or (raw_bytes or 0) < one.below_gb * GB)
    return None if raw_bytes is None else next(fitting, None)


def differences(request: Mapping[str, Any], of_strategy: Mapping[str, Any]) -> dict[str, Any]:
    """Members of a strategy's job that are not those of `request`."""
    return {name: value for name, value in of_strategy.items() if request[name] != value}
