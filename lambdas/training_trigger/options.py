"""Options a caller may choose, checked against what the domain declares. Pure."""

import math
import re
from collections.abc import Mapping
from typing import Any, NamedTuple

from lambdas.common.errors import VigilError
from lambdas.training_trigger.spec import AUTO, RESERVED_OPTIONS, Option, TrainingSpec

MOST_TUNING_JOBS = 100


class OptionsError(VigilError):
    """An option is unknown or out of range; the message names every one at fault."""


class Choices(NamedTuple):
    hyperparameters: dict[str, str]
    instance_type: str
    spot: bool
    skip_data_prep: bool
    continue_run: str | None
    """An earlier run whose checkpoints this one starts from."""
    tuning_jobs: int
    """Training jobs of a search before the run's own; 0: none."""
    strategy: str = AUTO
    diagnose: bool = False
    """Inspect the raw data, and end there."""
    dry_run: bool = False
    """Train and judge, and register nothing."""


def choose(asked: Mapping[str, Any], spec: TrainingSpec, runs: str) -> Choices:
    """Defaults, overridden by what was asked; raises OptionsError with every fault.

    `runs`: what the names of the domain's runs begin with, e.g. vigil-cats.
    """
    known = {option.name: option for option in spec.options}
    lacking = {"tuningJobs": spec.tuning is None, "strategy": not spec.strategies, "diagnose": not spec.diagnoses}
    allowed = sorted({*known, *RESERVED_OPTIONS} - {name for name, lacks in lacking.items() if lacks})
    faults = [f"{name} is unknown; known: {', '.join(allowed)}" for name in asked if name not in allowed]
    faults += [fault for name, option in known.items() if name in asked for fault in _faults(option, asked[name])]
    faults += [
        f"{name} is {asked[name]!r}; true or false"
        for name in ("skipDataPrep", "spot", "diagnose", "dryRun")
        if not isinstance(asked.get(name, False), bool)
    ]
    instance_type = asked.get("instanceType", spec.instance_type)
    if instance_type not in spec.allowed_instance_types:
        faults.append(f"instanceType is {instance_type!r:.80}; one of {', '.join(spec.allowed_instance_types)}")
    earlier = asked.get("continueRun")
    if earlier is not None and not (isinstance(earlier, str) and re.fullmatch(rf"{runs}-[0-9a-f]{{12}}", earlier)):
        faults.append(f"continueRun is {earlier!r:.80}; the name of an earlier run, e.g. {runs}-0123456789ab")
    jobs = asked.get("tuningJobs", 0)
    if not isinstance(jobs, int) or isinstance(jobs, bool) or not 0 <= jobs <= MOST_TUNING_JOBS:
        faults.append(f"tuningJobs is {jobs!r:.80}; a whole number from 0 to {MOST_TUNING_JOBS}")
    strategy, strategies = asked.get("strategy", AUTO), (AUTO, *(one.name for one in spec.strategies))
    if strategy not in strategies:
        faults.append(f"strategy is {strategy!r:.80}; one of {', '.join(strategies)}")
    if faults:
        raise OptionsError(f"Cannot train {runs}: {'; '.join(faults)}.")
    return Choices(
        hyperparameters={
            option.hyperparameter: _text(option, asked.get(option.name, option.default)) for option in spec.options
        },
        instance_type=instance_type,
        spot=asked.get("spot", spec.spot),
        skip_data_prep=asked.get("skipDataPrep", False),
        continue_run=earlier,
        tuning_jobs=jobs,
        strategy=strategy,
        diagnose=asked.get("diagnose", False),
        dry_run=asked.get("dryRun", False),
    )


def _faults(option: Option, value: Any) -> list[str]:
    match option.kind:
        case "bool":
            return [] if isinstance(value, bool) else [f"{option.name} is {value!r:.80}; true or false"]
        case "choice":
            # A list or an object is no text: `in` compares, so nothing unhashable can break it.
            known = value in option.choices
            return [] if known else [f"{option.name} is {value!r:.80}; one of {', '.join(option.choices)}"]
        case _:
            return _number_faults(option, value)


def _number_faults(option: Option, value: Any) -> list[str]:
    whole = option.kind == "int"
    is_number = isinstance(value, int if whole else int | float) and not isinstance(value, bool)
    if not is_number or not math.isfinite(value):
        return [f"{option.name} is {value!r:.80}; a {'whole ' if whole else ''}number"]
    bounds = []
    if option.minimum is not None and value < option.minimum:
        bounds.append(f"at least {option.minimum:g}")
    if option.maximum is not None and value > option.maximum:
        bounds.append(f"at most {option.maximum:g}")
    return [f"{option.name} is {value}; {bound}" for bound in bounds]


def _text(option: Option, value: Any) -> str:
    """As SageMaker wants it; repr of a float loses nothing."""
    match option.kind:
        case "bool":
            return "true" if value else "false"
        case "float":
            return repr(float(value))
        case _:
            return str(value)
