"""Edge of the operations API: what an operator looks at, and a run that a person wants."""

from dataclasses import dataclass
from functools import cache
from typing import Annotated, Any

from aws_lambda_powertools.event_handler.openapi.params import Body, Path, Query

from lambdas.common.api_resolver import answers, make_resolver
from lambdas.common.api_routes import API, MODEL_NAME, caller
from lambdas.common.http_answers import HttpError
from lambdas.common.observability import emit, logger, tracer
from lambdas.common.people import OPERATORS, require_group
from lambdas.common.releases_table import ReleasesTable
from lambdas.operations_api.clients import Alarms, Artifacts, Executions, RetrainingTriggers
from lambdas.operations_api.health import domains_of, health
from lambdas.operations_api.models import OperationsVariables, RunRequest
from lambdas.operations_api.runs import run_view
from lambdas.operations_api.views import Drift, Health, Runs, Started

NAMESPACE = "Vigil"
Domain = Annotated[str, Path(pattern=MODEL_NAME)]
Newest = Annotated[int, Query(ge=1, le=25, description="so many, at most")]

app = make_resolver(lambda: emit(NAMESPACE, [{"Api": "operations"}], {"ApiErrors": 1}))


@dataclass(frozen=True)
class Operations:
    env: OperationsVariables
    executions: Executions
    triggers: RetrainingTriggers
    alarms: Alarms
    artifacts: Artifacts
    releases: ReleasesTable


@cache
def operations() -> Operations:
    env = OperationsVariables.load()
    return Operations(
        env=env,
        executions=Executions(env.state_machines, env.app),
        triggers=RetrainingTriggers(env.app),
        alarms=Alarms(env.app),
        artifacts=Artifacts(env.artifacts_bucket),
        releases=ReleasesTable(env.releases_table),
    )


@tracer.capture_lambda_handler(capture_response=False)
@logger.inject_lambda_context
def lambda_handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    return app.resolve(event, context)


@app.get(f"{API}/runs/<domain>", responses=answers(200, Runs, 404, 500, 503))
def list_runs(
    domain: Domain, limit: Newest = 10, after: Annotated[str | None, Query(min_length=1, max_length=1024)] = None
) -> Runs:
    """A page of the domain's runs, newest first, with their evaluation and the gate's verdict."""
    found, following = operations().executions.page(domain, limit, after)
    evaluation = operations().artifacts.evaluation
    return Runs(runs=tuple(run_view(one, evaluation(domain, one["name"])) for one in found), next=following)


@app.post(f"{API}/runs/<domain>", responses=answers(200, Started, 403, 404, 409, 500, 503))
def start_run(domain: Domain, asked: Annotated[RunRequest, Body()]) -> Started:
    """Train again now; 409 while a run of the domain is under way."""
    who = caller(app.current_event.raw_event)
    require_group(who, OPERATORS)
    result = operations().triggers.ask(domain, asked.reason, who.name)
    if result["status"] == "waits":
        raise HttpError(409, "run_under_way", result["why"])
    return Started.model_validate(result)


@app.get(f"{API}/health", responses=answers(200, Health, 500, 503))
def show_health() -> Health:
    """Every domain: what serves, what is rolled out, and its alarms."""
    alarms, app_name = operations().alarms.all(), operations().env.app
    states = [operations().releases.read(domain) for domain in domains_of(app_name, alarms)]
    return health(app_name, alarms, states)


@app.get(f"{API}/drift/<domain>", responses=answers(200, Drift, 500, 503))
def show_drift(domain: Domain, limit: Newest = 24) -> Drift:
    """The newest drift reports; none where nothing was looked at yet."""
    return Drift(reports=tuple(operations().artifacts.drift(domain, limit)))
