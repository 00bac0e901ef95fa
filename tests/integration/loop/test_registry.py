"""The registry as deployed: requests that its document allows."""

from typing import Any

import pytest
import schemathesis
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from hypothesis import given

from clients.predict import PredictClient
from sandbox.deployment import Deployment
from tests.integration.loop.api_document import CHECKS, DOCUMENT, WAITS_S, ask, generated
from tests.integration.loop.releases import EndedRelease

EXAMPLES = 6
"""Requests an operation: each takes tens of milliseconds."""
OPERATIONS = [
    (method, path)
    for path, found in DOCUMENT["paths"].items()
    for method, operation in found.items()
    if operation["security"] == [{"iam": []}]
]
"""Of people."""


@pytest.mark.usefixtures("champion")
@pytest.mark.parametrize(("method", "path"), OPERATIONS, ids=[f"{method} {path}" for method, path in OPERATIONS])
def test_every_answer_is_one_that_the_document_has(method: str, path: str, deployment: Deployment) -> None:
    operation = schemathesis.openapi.from_dict(DOCUMENT)[path][method.upper()]
    signer = SigV4Auth(Credentials("123456789012", "embedded"), "execute-api", "us-west-2")

    @generated(EXAMPLES)
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
