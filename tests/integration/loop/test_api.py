"""The predict route, asked what it should refuse: every answer is a sentence, none is a stack trace."""

import json

import pytest
import urllib3

from clients.predict import PredictClient
from inference.contracts.limits import MAX_REQUEST_BYTES
from sandbox.deployment import Deployment
from tests.integration.loop.conftest import Before
from tests.integration.loop.packages import LIGHT, picture
from tests.integration.loop.releases import EndedRelease

PNG = picture(LIGHT)
REFUSED = [
    pytest.param(PNG + bytes(MAX_REQUEST_BYTES), "image/png", 413, "too_large", id="above 4 MB"),
    pytest.param(PNG, "text/plain", 415, "unsupported_type", id="no picture's type"),
    pytest.param(PNG[: len(PNG) // 2], "image/png", 422, "unreadable", id="truncated"),
    pytest.param(b"\x89PNG", "image/png", 422, "unreadable", id="no picture"),
    pytest.param(b"", "image/png", 400, "bad_request", id="empty"),
    pytest.param(b"{", "application/json", 400, "bad_request", id="no JSON"),
    pytest.param(b'{"s3": 5}', "application/json", 422, "invalid", id="no S3 reference"),
    pytest.param(b'{"s3": "s3://other/cat.png"}', "application/json", 400, "bucket_not_allowed", id="other bucket"),
]


def test_an_unsigned_call_is_forbidden(deployment: Deployment) -> None:
    url = f"{deployment.api_url}/v1/cats/predict"
    answer = urllib3.request("POST", url, body=PNG, headers={"Content-Type": "image/png"})
    assert answer.status == 403
    assert json.loads(answer.data) == {"message": "Forbidden"}


def test_an_unsigned_look_at_the_model_is_forbidden(deployment: Deployment) -> None:
    assert urllib3.request("GET", f"{deployment.api_url}/v1/cats/model").status == 403


def test_before_any_release_no_model_serves(before_any_release: Before) -> None:
    told = json.loads(before_any_release.model.body)
    assert before_any_release.model.status == 200
    assert (told["domain"], told["champion"], told["challenger"], told["percentage"]) == ("cats", None, None, 0)


def test_an_unknown_domain_has_no_such_route(client: PredictClient) -> None:
    assert client.send("GET", "/v1/dogs/model")[0] == 404


def test_before_any_release_the_model_is_unavailable(before_any_release: Before) -> None:
    assert before_any_release.prediction.status == 503
    assert json.loads(before_any_release.prediction.body)["error"]["code"] == "no_release"


@pytest.mark.usefixtures("champion")
@pytest.mark.parametrize(("body", "content_type", "status", "code"), REFUSED)
def test_bad_input_is_refused_with_a_sentence(
    body: bytes, content_type: str, status: int, code: str, client: PredictClient
) -> None:
    answered, text = client.post("cats", body, content_type)
    answer = json.loads(text)
    assert (answered, answer["error"]["code"]) == (status, code)
    assert answer["error"]["message"].endswith(".")
    assert answer["request_id"]
    assert b"Traceback" not in text
    assert b'File \\"' not in text


def test_an_object_that_is_not_there_is_named(
    client: PredictClient, champion: EndedRelease, deployment: Deployment
) -> None:
    uri = f"s3://{deployment.output('cats', 'RawBucket')}/catcam-training/nobody.jpg"
    status, text = client.post("cats", json.dumps({"s3": uri}).encode(), "application/json")
    assert status == 404
    assert uri in json.loads(text)["error"]["message"]
