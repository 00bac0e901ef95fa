"""From a payload to a planned run that its domain can afford. Pure."""

from typing import Any, NamedTuple

from lambdas.common.release_state import Release
from lambdas.training_trigger.cost import require_affordable, worst_case_usd
from lambdas.training_trigger.models import RunInput, TrainingTriggerVariables
from lambdas.training_trigger.options import choose
from lambdas.training_trigger.payload import read, run_name
from lambdas.training_trigger.plan import training_job
from lambdas.training_trigger.tuning import longest_runtime_s, tuning_job


class PlannedRun(NamedTuple):
    input: RunInput
    cost_usd: float


def plan_run(event: Any, request_id: str, env: TrainingTriggerVariables, champion: Release | None) -> PlannedRun:
    """Raises PayloadError, OptionsError or CostLimitError; a refused run starts nothing."""
    asked = read(event, request_id)
    spec = env.training
    choices = choose(asked.options, spec, env.runs)
    cost = worst_case_usd(choices.instance_type, spec.instance_count, longest_runtime_s(spec, choices.tuning_jobs))
    require_affordable(cost, spec.cost_limit_usd, choices.instance_type, spec.instance_count)
    run = run_name(env.runs, asked.token)
    request = training_job(run, env.domain, spec, choices, env.artifacts_bucket, champion)
    tuning = None
    if spec.tuning is not None and choices.tuning_jobs > 0:
        tuning = tuning_job(request, spec.tuning, choices.tuning_jobs)
    planned = RunInput(run=run, domain=env.domain, reuse_latest=choices.skip_data_prep, request=request, tuning=tuning)
    return PlannedRun(planned, cost)
