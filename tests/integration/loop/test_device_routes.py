"""What devices ask of the API as deployed: requests that its document allows, and who is let in."""

import base64
import json
import time
from typing import Any

import jwt
import pytest
import schemathesis
import urllib3
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis.strategies import booleans

from clients.predict import PredictClient
from inference.contracts.devices import ROLLOUT, DeviceRelease, Rollout
from sandbox.deployment import Deployment
from tests.device.signed import SignedRepository
from tests.integration.loop.api_document import CHECKS, DOCUMENT, WAITS_S, ask, generated

EXAMPLES = 12
"""Requests an operation: each takes tens of milliseconds."""
OPERATIONS = [
    (method, path)
    for path, found in DOCUMENT["paths"].items()
    for method, operation in found.items()
    if operation["security"] == [{"device": []}]
]
KEY = Ed25519PrivateKey.generate()
PUBLIC = base64.b64encode(KEY.public_key().public_bytes_raw()).decode()


def token(device: str) -> str:
    now = int(time.time())
    claims = {"sub": device, "iss": "cats", "aud": "vigil-devices", "iat": now, "exp": now + 300}
    return jwt.encode(claims, KEY, algorithm="EdDSA", headers={"kid": f"cats/{device}"})


@pytest.fixture(scope="module")
def files(deployment: Deployment) -> dict[str, str]:
    """One file each of `metadata` and `targets` in an update repository of cats, which this makes."""
    signed = SignedRepository()
    signed.add("r1-abcdef.tar", b"a bundle")
    current = DeviceRelease(release="r1-abcdef", bundle="r1-abcdef.tar")
    target = signed.add(ROLLOUT, Rollout(domain="cats", current=current).model_dump_json().encode())
    signed.publish()
    for path, content in signed.files.items():
        deployment.s3.put_object(Bucket=deployment.artifacts, Key=f"devices/cats/{path}", Body=content)
    return {"metadata": "timestamp.json", "targets": target.rpartition("/")[2]}


@pytest.fixture(scope="module")
def enrolled(client: PredictClient) -> str:
    """A device of cats."""
    assert ask(client, "POST", "/devices/cats", {"device_id": "pi-1", "public_key": PUBLIC})[0] == 201
    return "pi-1"


@pytest.mark.parametrize(("method", "path"), OPERATIONS, ids=[f"{method} {path}" for method, path in OPERATIONS])
def test_every_answer_is_one_that_the_document_has(
    method: str, path: str, deployment: Deployment, enrolled: str, files: dict[str, str]
) -> None:
    operation = schemathesis.openapi.from_dict(DOCUMENT)[path][method.upper()]
    bearer = {"Authorization": f"Bearer {token(enrolled)}"}
    statuses: set[int] = set()

    @generated(EXAMPLES)
    @given(case=operation.as_strategy(), known=booleans())
    def conforms(case: Any, known: bool) -> None:
        """A token opens its own device's paths alone; of files and releases, the device asks for `known` ones too."""
        case.path_parameters |= {"name": "cats"} | ({"device_id": enrolled} if "{device_id}" in path else {})
        if known and "{file}" in path:
            case.path_parameters["file"] = files[path.split("/")[-2]]
        if known and path.endswith("/download"):
            case.query = {"device_id": enrolled}
        answer = case.call(base_url=deployment.api_url, headers=bearer, allow_redirects=False, timeout=WAITS_S)
        statuses.add(answer.status_code)
        case.validate_response(answer, checks=CHECKS)

    conforms()
    assert statuses & {200, 202, 302}, f"nothing was granted: {statuses}"


def test_a_device_is_let_in_once_enrolled_and_never_after_it_was_revoked(
    client: PredictClient, deployment: Deployment, files: dict[str, str]
) -> None:
    url = f"{deployment.api_url}/api/v1/devices/cats/pi-7/metadata/{files['metadata']}"
    assert urllib3.request("GET", url).status == 401
    assert ask(client, "POST", "/devices/cats", {"device_id": "pi-7", "public_key": PUBLIC})[0] == 201
    let_in = urllib3.request("GET", url, headers={"Authorization": f"Bearer {token('pi-7')}"})
    assert (let_in.status, json.loads(let_in.data)["signed"]["version"]) == (200, 1)
    other = urllib3.request("GET", url.replace("pi-7", "pi-8"), headers={"Authorization": f"Bearer {token('pi-7')}"})
    assert other.status == 403
    assert ask(client, "POST", "/devices/cats/pi-7/revoke")[0] == 200
    time.sleep(1)  # another second, another token: a verified one is remembered
    assert urllib3.request("GET", url, headers={"Authorization": f"Bearer {token('pi-7')}"}).status == 403
