"""Edge of the device API. The authorizer has verified the token; here path and token must be about the same device."""

from functools import cache
from hashlib import sha256
from typing import Annotated, Any

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Body, Header, Path, Query

from inference.contracts.devices import DEVICE_ID, ROLLOUT, DeviceReport
from inference.contracts.edge import release_of
from lambdas.common.api_resolver import JSON, answers, make_resolver
from lambdas.common.api_routes import API, MODEL_NAME
from lambdas.common.http_answers import HttpError
from lambdas.common.observability import emit, logger, tracer
from lambdas.device_api.handed import Handed
from lambdas.device_api.items import DeviceItems
from lambdas.device_api.models import (
    METADATA_NAME,
    TARGET_NAME,
    URL_S,
    DeviceApiVariables,
    Download,
    Received,
    Signature,
)
from lambdas.device_api.reports import Reports, emit_counts
from lambdas.device_api.repository import Repository

DEVICE = f"{API}/devices/<name>/<device_id>"
Name = Annotated[str, Path(pattern=MODEL_NAME)]
Device = Annotated[str, Path(pattern=DEVICE_ID)]
REDIRECT: dict[int, Any] = {302: {"description": "Where the file is, for two minutes"}}
REFUSED: dict[int, Any] = {
    status: one for status, one in answers(200, Download, 403, 404, 500, 503).items() if status != 200
}
METADATA: dict[int, Any] = {
    200: {"description": "The file as it was signed", "content": {JSON: {"schema": {"type": "object"}}}},
    304: {"description": "It is the one that the device has"},
}


@cache
def variables() -> DeviceApiVariables:
    return DeviceApiVariables.load()


app = make_resolver(lambda: emit(variables().namespace, [{"Api": "devices"}], {"ApiErrors": 1}))


@cache
def repository() -> Repository:
    return Repository(variables().bucket)


@cache
def items() -> DeviceItems:
    return DeviceItems(variables().devices_table)


def reports() -> Reports:
    return Reports(items())


def handed() -> Handed:
    return Handed(items())


@tracer.capture_lambda_handler(capture_response=False)
@logger.inject_lambda_context
def lambda_handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    return app.resolve(event, context)


@app.get(f"{API}/models/<name>/download", responses=answers(200, Download, 403, 404, 500, 503))
def download(name: Name, device_id: Annotated[str, Query(pattern=DEVICE_ID)]) -> Download:
    """The bundle of the release that the device is to run, by the rollout's percentage."""
    _require_own(name, device_id)
    listing = repository().listing(name)
    signed = None if listing is None else listing.targets.get(ROLLOUT)
    rollout = None if signed is None else repository().rollout(name, signed.file)
    release = None if rollout is None else rollout.of(device_id)
    if listing is None or release is None or release.bundle not in listing.targets:
        raise HttpError(404, "no_release", f"{name} has no release for {device_id} yet.")
    target, signature = listing.targets[release.bundle], listing.signatures[0]
    return Download(
        release=release.release,
        bundle=release.bundle,
        url=repository().url(name, target.file),
        expires_in_s=URL_S,
        sha256=target.sha256,
        size_bytes=target.size_bytes,
        signature=Signature(keyid=signature["keyid"], sig=signature["sig"], metadata_version=listing.version),
    )


@app.get(f"{DEVICE}/metadata/<file>", responses=METADATA | REFUSED)
def metadata(
    name: Name,
    device_id: Device,
    file: Annotated[str, Path(pattern=METADATA_NAME)],
    if_none_match: Annotated[str | None, Header(alias="If-None-Match")] = None,
) -> Response[str]:
    """A file of The Update Framework, byte by byte as it was signed."""
    _require_own(name, device_id)
    body = repository().metadata(name, file)
    if body is None:
        raise HttpError(404, "no_such_file", f"{name} has no {file} yet.")
    tag = f'"{sha256(body).hexdigest()[:32]}"'
    if if_none_match == tag:
        return Response(304, body="", headers={"ETag": tag})
    return Response(200, content_type=JSON, body=body.decode(), headers={"ETag": tag})


@app.get(f"{DEVICE}/targets/<file>", status_code=302, responses=REDIRECT | REFUSED)
def targets(name: Name, device_id: Device, file: Annotated[str, Path(pattern=TARGET_NAME)]) -> Response[str]:
    """A bundle or a rollout that the signed metadata of now lists; that the device was handed it is noted."""
    _require_own(name, device_id)
    if not repository().lists(name, file):
        raise HttpError(404, "no_such_file", f"The signed metadata of {name} lists no {file}.")
    _note(name, device_id, file)
    return Response(302, body="", headers={"Location": repository().url(name, file)})


@app.post(
    f"{DEVICE}/reports", status_code=202, responses=answers(202, Received, 403, 500, 503) | answers(200, Received)
)
def report(name: Name, device_id: Device, told: Annotated[DeviceReport, Body()]) -> tuple[Received, int]:
    """One batch; delivered twice it is stored once."""
    _require_own(name, device_id)
    received = reports().store(name, device_id, told)
    if received.status == "stored":
        emit_counts(variables().namespace, name, told, repository().releases(name))
    return received, 202 if received.status == "stored" else 200


def _note(name: str, device_id: str, file: str) -> None:
    """Before the file is handed out: nobody has what is not noted."""
    target = file.partition(".")[2]  # behind the hash
    if target != ROLLOUT:
        handed().bundle(name, device_id, release_of(target))
    elif (rollout := repository().rollout(name, file)) is not None:
        handed().rollout(name, device_id, rollout)


def _require_own(name: str, device_id: str) -> None:
    """Raises HttpError 403: the token's device reads its own model and nothing else."""
    context = app.current_event.raw_event["requestContext"]
    found = (context.get("authorizer") or {}).get("lambda") or {}
    if (found.get("domain"), found.get("device_id")) != (name, device_id):
        raise HttpError(403, "not_yours", "The token is another device's, or of another model.")
