"""Handler of the gate: decides on a trained model and registers its package with the decision."""

from functools import cache
from typing import Any

from lambdas.common.artifacts import gate_record, run_evaluation
from lambdas.common.errors import parse
from lambdas.common.model_archive import ArchivedPackage, ArchiveError
from lambdas.common.observability import logger, tracer
from lambdas.common.releases_table import ReleasesTable
from lambdas.model_gate import package
from lambdas.model_gate.clients import Artifacts, Registry
from lambdas.model_gate.logic import Decision, counted, decide, refuse, refuse_other, status
from lambdas.model_gate.models import GateRecord, ModelGateEvent, ModelGateResult, ModelGateVariables

EVALUATION = "evaluation.json"


@cache
def variables() -> ModelGateVariables:
    return ModelGateVariables.load()


@tracer.capture_lambda_handler(capture_response=False)
@logger.inject_lambda_context
def lambda_handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    request = parse(ModelGateEvent, event)
    env = variables()
    artifacts = Artifacts(env.artifacts_bucket)
    gate, evaluation = gate_record(env.domain, request.run), run_evaluation(env.domain, request.run)
    recorded = artifacts.read(gate)
    if recorded is not None:  # a retry: the decision stands
        return GateRecord.model_validate_json(recorded).result.model_dump(mode="json")
    decision, found = _decide(request, env, artifacts)
    if decision.evaluation is not None:
        decision = counted(decision, artifacts.attempt(env.domain, request.dataset.measured_on, request.run))
    if found is not None:
        artifacts.write(evaluation, found.members[EVALUATION])
    if request.dry_run:
        result = _dry_run(env, decision)
    else:
        result = _register(request, env, decision, found, f"s3://{env.artifacts_bucket}/{evaluation}")
    record = GateRecord(
        run=request.run,
        domain=env.domain,
        dataset_version=request.dataset.version,
        test_split=request.dataset.measured_on,
        model_data_url=request.model_data_url,
        result=result,
    )
    artifacts.write(gate, record.model_dump_json(indent=1).encode())
    logger.info("gate", extra=result.model_dump())
    return result.model_dump(mode="json")


def _decide(
    request: ModelGateEvent, env: ModelGateVariables, artifacts: Artifacts
) -> tuple[Decision, ArchivedPackage | None]:
    """The decision and the verified package of this domain it rests on."""
    champion = ReleasesTable(env.releases_table).read(env.domain).champion
    try:
        found = artifacts.package(request.model_data_url, {EVALUATION})
    except ArchiveError as error:
        return refuse(str(error)), None
    if found.domain != env.domain:
        return refuse_other(found.domain, env.domain), None
    return decide(found.members[EVALUATION], request.dataset.version, env.gate, champion), found


def _register(
    request: ModelGateEvent, env: ModelGateVariables, decision: Decision, found: ArchivedPackage | None, report: str
) -> ModelGateResult:
    registry = Registry()
    arn = registry.create(package.model_package(request, env, decision, report, found))
    outcome = status(decision, env.approval)
    registry.set_approval(package.approval(arn, outcome, decision))
    return ModelGateResult(
        status=outcome,
        model_package_arn=arn,
        version=int(arn.rsplit("/", 1)[1]),
        reasons=decision.reasons,
        requirements=decision.verdicts,
        attempt=decision.attempt,
    )


def _dry_run(env: ModelGateVariables, decision: Decision) -> ModelGateResult:
    outcome = status(decision, env.approval)
    said = f"dry run: nothing was registered, and the package would have been {outcome}"
    return ModelGateResult(
        status="dry_run",
        would_be=outcome,
        model_package_arn=None,
        version=None,
        reasons=(said, *decision.reasons),
        requirements=decision.verdicts,
        attempt=decision.attempt,
    )
