"""From a payload to a planned run that its domain can afford. Pure."""

from typing import Any, NamedTuple

from lambdas.common.release_state import Release
from lambdas.training_trigger.cost import require_affordable, worst_case_usd
from lambdas.training_trigger.expectation import Expectation, expect, require_time
from lambdas.training_trigger.models import RunInput, StrategySpec, TrainingSpec, TrainingTriggerVariables
from lambdas.training_trigger.options import Choices, choose
from lambdas.training_trigger.payload import read, run_name
from lambdas.training_trigger.plan import training_job
from lambdas.training_trigger.strategies import differences, of_size, possible
from lambdas.training_trigger.tuning import longest_runtime_s, tuning_job


class PlannedRun(NamedTuple):
    input: RunInput
    cost_usd: float
    """In the worst case; of several strategies the dearest one's."""
    expected: Expectation | None = None
    """None: nothing was measured, or the size of the raw data is not known."""


class _Way(NamedTuple):
    """One way to train, planned."""

    choices: Choices
    cost_usd: float
    request: dict[str, Any]


def plan_run(
    event: Any,
    request_id: str,
    env: TrainingTriggerVariables,
    champion: Release | None,
    raw_bytes: int | None = None,
) -> PlannedRun:
    """Raises PayloadError, OptionsError, CostLimitError or TimeLimitError; a refused run starts nothing."""
    asked = read(event, request_id)
    spec, run = env.training, run_name(env.runs, asked.token)

    def plan(spec: TrainingSpec) -> _Way:
        choices = choose(asked.options, spec, env.runs)
        cost = worst_case_usd(choices.instance_type, spec.instance_count, longest_runtime_s(spec, choices.tuning_jobs))
        require_affordable(cost, spec.cost_limit_usd, choices.instance_type, spec.instance_count)
        return _Way(choices, cost, training_job(run, env.domain, spec, choices, env.artifacts_bucket, champion))

    if choose(asked.options, spec, env.runs).diagnose:
        return PlannedRun(RunInput(run=run, domain=env.domain, reuse_latest=False, request={}, diagnose=True), 0)
    strategies = possible(asked.options, spec)
    ways = {one.name: plan(spec.by(one)) for one in strategies}
    choices, cost, request = next(iter(ways.values())) if ways else plan(spec)
    tuning = None
    if spec.tuning is not None and choices.tuning_jobs > 0:
        tuning = tuning_job(request, spec.tuning, choices.tuning_jobs)
    planned = RunInput(
        run=run,
        domain=env.domain,
        reuse_latest=choices.skip_data_prep,
        request=request,
        tuning=tuning,
        strategy=choices.strategy,
        strategies={name: differences(request, way.request) for name, way in ways.items()},
    )
    dearest = max([cost, *(way.cost_usd for way in ways.values())])
    return PlannedRun(planned, dearest, _expected(strategies, ways, raw_bytes))


def _expected(strategies: tuple[StrategySpec, ...], ways: dict[str, _Way], raw_bytes: int | None) -> Expectation | None:
    if not strategies or raw_bytes is None:
        return None
    picked = strategies[0] if len(strategies) == 1 else of_size(strategies, raw_bytes)
    expected = expect(picked, ways[picked.name].choices, raw_bytes)
    if expected is not None:
        require_time(expected, picked)
    return expected
