"""The registry as deployed: requests that its document allows, and how a device is let in."""

import base64
import json
import time
from typing import Any

import jwt
import pytest
import schemathesis
import urllib3
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from clients.predict import PredictClient
from sandbox.deployment import Deployment
from stacks.shared.source_tree import ROOT
from tests.integration.loop.releases import EndedRelease

EXAMPLES = 6
"""Requests an operation: each takes tens of milliseconds."""
DOCUMENT = json.loads((ROOT / "docs" / "openapi.json").read_text())
OPERATIONS = [
    (method, path)
    for path, found in DOCUMENT["paths"].items()
    for method, operation in found.items()
    if operation["security"] == [{"iam": []}]
]
"""Of people. What devices are answered, tests/unit/test_device_api.py has."""
CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
KEY = Ed25519PrivateKey.generate()
PUBLIC = base64.b64encode(KEY.public_key().public_bytes_raw()).decode()


def token(device: str) -> str:
    now = int(time.time())
    claims = {"sub": device, "iss": "cats", "aud": "vigil-devices", "iat": now, "exp": now + 300}
    return jwt.encode(claims, KEY, algorithm="EdDSA", headers={"kid": f"cats/{device}"})


def ask(client: PredictClient, method: str, path: str, body: Any = None) -> tuple[int, Any]:
    status, text = client.send(
        method,
        f"/api/v1{path}",
        b"" if body is None else json.dumps(body).encode(),
        {"Content-Type": "application/json"},
    )
    return status, json.loads(text)


@pytest.mark.usefixtures("champion")
@pytest.mark.parametrize(("method", "path"), OPERATIONS, ids=[f"{method} {path}" for method, path in OPERATIONS])
def test_every_answer_is_one_that_the_document_has(method: str, path: str, deployment: Deployment) -> None:
    operation = schemathesis.openapi.from_dict(DOCUMENT)[path][method.upper()]
    signer = SigV4Auth(Credentials("123456789012", "embedded"), "execute-api", "us-west-2")

    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        derandomize=True,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy())
    def conforms(case: Any) -> None:
        asked = case.as_transport_kwargs(base_url=deployment.api_url)
        signed = AWSRequest(case.method, asked["url"])
        signer.add_auth(signed)
        case.call_and_validate(base_url=deployment.api_url, headers=dict(signed.headers), checks=CHECKS)

    conforms()


def test_a_device_is_let_in_once_enrolled_and_never_after_it_was_revoked(
    client: PredictClient, deployment: Deployment
) -> None:
    url = f"{deployment.api_url}/api/v1/devices/cats/pi-7/metadata/timestamp.json"
    assert urllib3.request("GET", url).status == 401
    assert ask(client, "POST", "/devices/cats", {"device_id": "pi-7", "public_key": PUBLIC})[0] == 201
    let_in = urllib3.request("GET", url, headers={"Authorization": f"Bearer {token('pi-7')}"})
    assert (let_in.status, json.loads(let_in.data)["error"]["code"]) == (404, "no_such_file")
    other = urllib3.request("GET", url.replace("pi-7", "pi-8"), headers={"Authorization": f"Bearer {token('pi-7')}"})
    assert other.status == 403
    assert ask(client, "POST", "/devices/cats/pi-7/revoke")[0] == 200
    time.sleep(1)  # another second, another token: a verified one is remembered
    assert urllib3.request("GET", url, headers={"Authorization": f"Bearer {token('pi-7')}"}).status == 403


def test_the_champion_is_a_model_of_the_registry(client: PredictClient, champion: EndedRelease) -> None:
    status, model = ask(client, "GET", "/models/cats")
    assert status == 200
    assert champion.release in [entry["release"] for entry in model["history"]]
    assert ask(client, "GET", "/models/dogs")[0] == 404
