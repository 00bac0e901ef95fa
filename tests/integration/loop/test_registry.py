"""The registry as deployed: requests that its document allows."""

import json
from typing import Any

import pytest
import schemathesis
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
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
WAITS_S = 60
"""For one answer: a function's first call starts its process, which takes long on a busy machine."""
DOCUMENT = json.loads((ROOT / "docs" / "openapi.json").read_text())
OPERATIONS = [
    (method, path)
    for path, found in DOCUMENT["paths"].items()
    for method, operation in found.items()
    if operation["security"] == [{"iam": []}]
]
"""Of people."""
CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]


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
        headers = dict(signed.headers)
        case.call_and_validate(base_url=deployment.api_url, headers=headers, checks=CHECKS, timeout=WAITS_S)

    conforms()


def test_the_champion_is_a_model_of_the_registry(client: PredictClient, champion: EndedRelease) -> None:
    status, model = ask(client, "GET", "/models/cats")
    assert status == 200
    assert champion.release in [entry["release"] for entry in model["history"]]
    assert ask(client, "GET", "/models/dogs")[0] == 404
