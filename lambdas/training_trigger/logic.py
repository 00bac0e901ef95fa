"""From a payload to a planned run that its domain can afford. Pure."""

from typing import Any, NamedTuple

from lambdas.common.release_state import Release
from lambdas.training_trigger.cost import require_affordable, worst_case_usd
from lambdas.training_trigger.expectation import Expectation, expect, require_time
from lambdas.training_trigger.models import RawSize, RunInput, TrainingTriggerVariables
from lambdas.training_trigger.options import Choices, choose
from lambdas.training_trigger.payload import read, run_name
from lambdas.training_trigger.plan import training_job
from lambdas.training_trigger.spec import SUBMISSION, StrategySpec, TrainingSpec
from lambdas.training_trigger.strategies import differences, picks, possible
from lambdas.training_trigger.submission import submitted
from lambdas.training_trigger.tuning import longest_runtime_s, tuning_job


class PlannedRun(NamedTuple):
    input: RunInput
    cost_usd: float
    """In the worst case; where nobody knows yet which strategy it takes, the dearest one's."""
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
    raw: RawSize | None = None,
) -> PlannedRun:
    """Raises PayloadError, OptionsError, CostLimitError or TimeLimitError; a refused run starts nothing."""
    asked = read(event, request_id)
    spec, run = env.training, run_name(env.runs, asked.token)
    if SUBMISSION in asked.options:
        return PlannedRun(submitted(asked, run, env.domain, env.artifacts_bucket), 0)

    def plan(spec: TrainingSpec) -> _Way:
        choices = choose(asked.options, spec, env.runs)
        cost = worst_case_usd(choices.instance_type, spec.instance_count, longest_runtime_s(spec, choices.tuning_jobs))
        require_affordable(cost, spec.cost_limit_usd, choices.instance_type, spec.instance_count)
        return _Way(choices, cost, training_job(run, env.domain, spec, choices, env.artifacts_bucket, champion))

    if choose(asked.options, spec, env.runs).diagnose:
        return PlannedRun(
            RunInput(run=run, domain=env.domain, reuse_latest=False, request={}, diagnose=True, reason=asked.reason), 0
        )
    strategies = possible(asked.options, spec)
    ways = {one.name: plan(spec.by(one)) for one in strategies} or {"": plan(spec)}
    choices, _, request = next(iter(ways.values()))
    tuning = None
    if spec.tuning is not None and choices.tuning_jobs > 0:
        tuning = tuning_job(request, spec.tuning, choices.tuning_jobs)
    planned = RunInput(
        run=run,
        domain=env.domain,
        reuse_latest=choices.skip_data_prep,
        request=request,
        tuning=tuning,
        dry_run=choices.dry_run,
        reason=asked.reason,
        strategy=choices.strategy,
        strategies={one.name: differences(request, ways[one.name].request) for one in strategies},
    )
    picked = None if raw is None else picks(strategies, raw.total)
    if picked is None or raw is None:
        return PlannedRun(planned, max(way.cost_usd for way in ways.values()))
    way = ways[picked.name]
    return PlannedRun(planned, way.cost_usd, _expected(picked, way.choices, raw))


def _expected(strategy: StrategySpec, choices: Choices, raw: RawSize) -> Expectation | None:
    expected = expect(strategy, choices, raw)
    if expected is not None:
        require_time(expected, strategy)
    return expected
