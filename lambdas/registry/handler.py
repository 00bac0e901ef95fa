"""Edge of the registry: HTTP requests in, typed answers out. The OpenAPI document is made from these signatures."""

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path as File
from typing import Annotated, Any

from aws_lambda_powertools.event_handler.openapi.params import Body, Header, Path, Query

from inference.contracts.devices import DEVICE_ID
from lambdas.common.api_resolver import answers, make_resolver
from lambdas.common.api_routes import API, MODEL_NAME, caller
from lambdas.common.http_answers import HttpError
from lambdas.common.observability import emit, logger, tracer
from lambdas.common.people import OPERATORS, require_group
from lambdas.common.releases_table import ReleasesTable
from lambdas.registry.audit import Audit, AuditTable
from lambdas.registry.clients import Packages, ReleaseFunctions
from lambdas.registry.decisions import Decisions
from lambdas.registry.devices import Devices, DevicesTable, DeviceView, Enrolment
from lambdas.registry.models import VERSION, Promotion, RegistryVariables, Withdrawal
from lambdas.registry.turns import Requests
from lambdas.registry.views import Conflict, Models, ModelView, VersionView, model_summary, version_view

DOCUMENT = File(__file__).parents[2] / "docs" / "openapi.json"
NAMESPACE = "Vigil"
Name = Annotated[str, Path(pattern=MODEL_NAME)]
Version = Annotated[str, Path(pattern=VERSION, description="`production`, `canary`, or a number")]
Device = Annotated[str, Path(pattern=DEVICE_ID)]
Key = Annotated[str | None, Header(alias="Idempotency-Key", min_length=1, max_length=128)]

app = make_resolver(lambda: emit(NAMESPACE, [{"Api": "registry"}], {"ApiErrors": 1}))


@dataclass(frozen=True)
class Registry:
    packages: Packages
    releases: ReleasesTable
    audit: AuditTable
    devices: DevicesTable
    requests: Requests
    decisions: Decisions


@cache
def registry() -> Registry:
    env = RegistryVariables.load()
    packages, releases, audit = Packages(env.app), ReleasesTable(env.releases_table), AuditTable(env.audit_table)
    requests = Requests(env.requests_table)
    decisions = Decisions(packages, releases, ReleaseFunctions(env.app), audit, requests)
    return Registry(packages, releases, audit, DevicesTable(env.devices_table, audit), requests, decisions)


@tracer.capture_lambda_handler(capture_response=False)
@logger.inject_lambda_context
def lambda_handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    return app.resolve(event, context)


@app.get(f"{API}/models", responses=answers(200, Models, 500, 503))
def list_models() -> Models:
    """Every model that has a registered version, with what serves."""
    names = registry().packages.models()
    return Models(models=tuple(model_summary(registry().releases.read(name)) for name in names))


@app.get(f"{API}/models/<name>", responses=answers(200, ModelView, 404, 500, 503))
def show_model(name: Name) -> ModelView:
    registry().packages.require(name)
    return registry().decisions.view(name)


@app.get(f"{API}/models/<name>/audit", responses=answers(200, Audit, 404, 500, 503))
def show_audit(name: Name) -> Audit:
    """Who decided what."""
    return registry().audit.newest(name)


@app.get(f"{API}/models/<name>/versions/<version>", responses=answers(200, VersionView, 404, 500, 503))
def show_version(name: Name, version: Version) -> VersionView:
    package = registry().packages.describe(name, _number(name, version))
    return version_view(registry().releases.read(name), package)


@app.post(
    f"{API}/models/<name>/versions/<version>/promote",
    responses=answers(200, ModelView, 403, 404, 500, 503, conflict=Conflict),
)
def promote(
    name: Name, version: Version, asked: Annotated[Promotion, Body()], idempotency_key: Key = None
) -> ModelView:
    """Approve or reject a version, raise the share of the release under way, or let it serve all."""
    who, number = _who_decides(), _number(name, version)

    def work() -> dict[str, Any]:
        return registry().decisions.promote(name, number, asked, who).model_dump(mode="json")

    request = {"promote": name, "version": version, **asked.model_dump()}
    return ModelView.model_validate(registry().requests.once(idempotency_key, who, request, work, app.lambda_context))


@app.post(f"{API}/models/<name>/rollback", responses=answers(200, ModelView, 403, 404, 500, 503, conflict=Conflict))
def roll_back(name: Name, asked: Annotated[Withdrawal, Body()], idempotency_key: Key = None) -> ModelView:
    """Undo the release under way; with none, return to the champion before."""
    who = _who_decides()

    def work() -> dict[str, Any]:
        return registry().decisions.roll_back(name, asked, who).model_dump(mode="json")

    request = {"rollback": name, **asked.model_dump()}
    return ModelView.model_validate(registry().requests.once(idempotency_key, who, request, work, app.lambda_context))


@app.get(f"{API}/devices/<name>", responses=answers(200, Devices, 500, 503))
def list_devices(name: Name, after: Annotated[str | None, Query(pattern=DEVICE_ID)] = None) -> Devices:
    """A page of the model's devices, by id."""
    return registry().devices.page(name, after)


@app.post(f"{API}/devices/<name>", status_code=201, responses=answers(201, DeviceView, 403, 409, 500, 503))
def enrol(name: Name, asked: Annotated[Enrolment, Body()], idempotency_key: Key = None) -> DeviceView:
    """A device with a key of its own; a revoked one comes back with a new key."""
    who = _who_decides()

    def work() -> dict[str, Any]:
        return registry().devices.enrol(name, asked, who).model_dump(mode="json")

    request = {"enrol": name, **asked.model_dump()}
    return DeviceView.model_validate(registry().requests.once(idempotency_key, who, request, work, app.lambda_context))


@app.post(f"{API}/devices/<name>/<device_id>/revoke", responses=answers(200, DeviceView, 403, 404, 500, 503))
def revoke(name: Name, device_id: Device) -> DeviceView:
    """Its tokens are refused from now on (a minute later at the most)."""
    return registry().devices.revoke(name, device_id, _who_decides())


@app.get(f"{API}/openapi.json", responses=answers(200, dict[str, Any], 500, 503))
def openapi() -> dict[str, Any]:
    """This document."""
    return json.loads(DOCUMENT.read_bytes())


def _number(name: str, version: str) -> int:
    """Raises HttpError 404 when nothing serves as that."""
    if version.isdecimal():
        return int(version)
    state = registry().releases.read(name)
    release = model_summary(state).champion if version == "production" else model_summary(state).challenger
    if release is None:
        raise HttpError(404, "no_such_version", f"{name} has no {version} version now.")
    return release.version


def _who_decides() -> str:
    """Raises HttpError 403 for a person who is no operator."""
    who = caller(app.current_event.raw_event)
    require_group(who, OPERATORS)
    return who.name
