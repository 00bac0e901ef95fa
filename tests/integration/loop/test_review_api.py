"""The review API as deployed: a detection on its way, and requests that the document allows."""

import io
import json
from typing import Any

import pytest
import schemathesis
import urllib3
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from hypothesis import given
from PIL import Image

from clients.predict import PredictClient
from inference.contracts.reviews import Detection
from lambdas.common.artifacts import detection_picture
from lambdas.common.detection_items import item_of
from sandbox import Sandbox
from sandbox.deployment import Deployment
from tests.integration.loop.api_document import CHECKS, DOCUMENT, WAITS_S, ask, generated
from tests.unit.review_api_harness import TRUE_DEER, detection

EXAMPLES = 8
"""Requests an operation: each takes tens of milliseconds."""
DOMAIN = "shown"
"""Of no stack: nobody is there to be told of a review."""
OPERATIONS = [
    (method, path)
    for path, found in DOCUMENT["paths"].items()
    for method in found
    if "{detection_id}" in path or path.endswith("/detections")
]


@pytest.fixture(scope="module")
def detections(aws: Sandbox, deployment: Deployment) -> list[Detection]:
    """Three of them with their pictures, the least certain first."""
    (name,) = [one for one in deployment.dynamodb.list_tables()["TableNames"] if "Detections" in one]
    made = [detection(DOMAIN, uncertainty=0.9 - at / 10) for at in range(3)]
    table, picture = aws.resource("dynamodb").Table(name), io.BytesIO()
    Image.new("RGB", (64, 48)).save(picture, "JPEG")
    for one in made:
        key = detection_picture(DOMAIN, one.detection_id)
        deployment.s3.put_object(Bucket=deployment.artifacts, Key=key, Body=picture.getvalue())
        table.put_item(Item=item_of(one, expires=4_000_000_000))
    return made


def test_a_detection_is_listed_shown_judged_and_taken_back(client: PredictClient, detections: list[Detection]) -> None:
    _, page = ask(client, "GET", f"/detections?domain={DOMAIN}&limit=1")
    assert [one["detection_id"] for one in page["detections"]] == [detections[0].detection_id]
    path = f"/detections/{detections[0].detection_id}"
    status, body = client.send("GET", f"/api/v1{path}/picture", b"", {})
    assert (status, Image.open(io.BytesIO(body)).size) == (200, (64, 48))
    review = {"review_id": "deployed-1", "revision": 0, "verdict": "corrected", "boxes": [TRUE_DEER]}
    answers = [ask(client, "POST", f"{path}/review", review) for _ in range(3)]
    assert [(status, found["status"], found["revision"]) for status, found in answers] == [(200, "reviewed", 1)] * 3
    assert ask(client, "POST", f"{path}/review", {**review, "review_id": "deployed-2"})[0] == 409
    status, progress = ask(client, "GET", f"/reviews/{DOMAIN}")
    assert (progress["open"], progress["reviewed"], progress["verdicts"]["corrected"]) == (2, 1, 1)
    _, after = ask(client, "GET", f"/detections?domain={DOMAIN}&limit=9&after={page['next']}")
    assert [one["detection_id"] for one in after["detections"]] == [one.detection_id for one in detections[1:]]
    status, found = ask(client, "POST", f"{path}/undo", {"review_id": "deployed-1", "revision": 1})
    assert (status, found["status"], found["truth"]) == (200, "open", None)


def test_nobody_sees_or_judges_without_a_signature(deployment: Deployment, detections: list[Detection]) -> None:
    url = f"{deployment.api_url}/api/v1/detections/{detections[0].detection_id}"
    for method, path in (("GET", ""), ("GET", "/picture"), ("POST", "/review"), ("POST", "/undo")):
        assert urllib3.request(method, url + path, body=b"{}" if method == "POST" else None).status == 403
    people = f"{deployment.api_url}/console/api/v1/detections/{detections[0].detection_id}/picture"
    assert urllib3.request("GET", people).status == 401


@pytest.mark.parametrize(("method", "path"), OPERATIONS, ids=[f"{method} {path}" for method, path in OPERATIONS])
def test_what_there_is_is_answered_as_the_document_has_it(
    method: str, path: str, deployment: Deployment, detections: list[Detection]
) -> None:
    operation = schemathesis.openapi.from_dict(DOCUMENT)[path][method.upper()]
    signer = SigV4Auth(Credentials("123456789012", "embedded"), "execute-api", "us-west-2")
    statuses: set[int] = set()

    @generated(EXAMPLES)
    @given(case=operation.as_strategy())
    def conforms(case: Any) -> None:
        if "{detection_id}" in path:
            case.path_parameters = {"detection_id": detections[2].detection_id}
        else:
            case.query = {"domain": DOMAIN, **{name: case.query[name] for name in ("limit",) if name in case.query}}
        signed = AWSRequest(case.method, case.as_transport_kwargs(base_url=deployment.api_url)["url"])
        signer.add_auth(signed)
        answer = case.call(base_url=deployment.api_url, headers=dict(signed.headers), timeout=WAITS_S)
        statuses.add(answer.status_code)
        case.validate_response(answer, checks=CHECKS)

    conforms()
    assert not statuses & {404, 422} if method == "get" else statuses <= {200, 404, 409, 422}, json.dumps([*statuses])
