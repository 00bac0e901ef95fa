"""A way to train for raw data of a certain size: other machines, other defaults of options."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from lambdas.training_trigger.spec import AUTO, Option, OptionValue, Throughput

_MACHINES = ("instance", "or_instances", "instance_count", "spot", "max_runtime_s", "max_wait_s", "volume_gb")


@dataclass(frozen=True, kw_only=True)
class Strategy:
    """What is None is as the training's own; two hosts and more get a share each of the channel `sharded`."""

    name: str
    below_gb: float | None = None
    """Of raw data, 10^9 bytes; None, of the last one: however much."""
    instance: str | None = None
    or_instances: tuple[str, ...] | None = None
    instance_count: int | None = None
    spot: bool | None = None
    max_runtime_s: int | None = None
    max_wait_s: int | None = None
    volume_gb: int | None = None
    defaults: Mapping[str, OptionValue] = field(default_factory=dict)
    """Option -> its default, instead of the option's own."""
    sharded: str | None = None
    """A channel of which each host reads its share of the objects only; None: every host reads everything."""
    throughput: Throughput | None = None
    """What was measured; None: nobody measured it, and no run's time is foretold."""

    @property
    def changes(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in _MACHINES if getattr(self, name) is not None}


def strategy_problems(strategies: Sequence[Strategy], options: Sequence[Option]) -> Iterator[str]:
    if not strategies:
        return
    names = [one.name for one in strategies]
    if len(set(names)) != len(names) or AUTO in names:
        yield f"strategies are named {', '.join(names)}; each name once, and {AUTO!r} is what picks one"
    limits = [one.below_gb for one in strategies]
    known = [limit for limit in limits[:-1] if limit is not None]
    if limits[-1] is not None or len(known) != len(limits) - 1 or known != sorted(known):
        yield f"strategies are for data below {limits} GB; rising limits, and None for the last one, are allowed"
    offered = {option.name: option for option in options}
    for strategy in strategies:
        for name, value in strategy.defaults.items():
            option = offered.get(name)
            if option is None:
                yield f"strategy {strategy.name}: {name} is no option; there are {', '.join(offered)}"
            elif not _within(option, value):
                yield f"strategy {strategy.name}: {name} is {value!r}, which the option does not allow"


def _within(option: Option, value: OptionValue) -> bool:
    if option.kind == "choice":
        return value in option.choices
    if option.kind == "bool" or isinstance(value, bool | str):
        return option.kind == "bool" and isinstance(value, bool)
    low = option.minimum is None or value >= option.minimum
    return low and (option.maximum is None or value <= option.maximum)
