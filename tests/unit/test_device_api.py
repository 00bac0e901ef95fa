"""What devices are let in with, and what they get."""

import base64
import hashlib
import json
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import boto3
import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from moto import mock_aws

from inference.contracts.devices import DeviceRelease, DeviceReport, ReleaseCounts, Rollout
from inference.contracts.traffic import percentile
from lambdas.common.device_files import metadata_file, target_file
from lambdas.common.device_record import DeviceRecord
from lambdas.device_api import handler as device_api
from lambdas.device_authorizer import handler as authorizer
from tests.unit.api_harness import Answer, answer_of, event, make_table

KEY, OTHER_KEY = Ed25519PrivateKey.generate(), Ed25519PrivateKey.generate()
ROOT = "/api/v1/devices/ads/tv-1"
BUNDLES = {"r7-aaaaaa.tar": b"seven", "r8-bbbbbb.tar": b"eight"}


def record(device_id: str, status: str = "enrolled", key: Ed25519PrivateKey = KEY) -> dict[str, Any]:
    public = base64.b64encode(key.public_key().public_bytes_raw()).decode()
    found = DeviceRecord(domain="ads", device_id=device_id, public_key=public, enrolled_at=datetime.now(UTC))
    return {**found.model_dump(mode="json"), "status": status}


def publish(version: int, rollout: Rollout) -> None:
    """Metadata as The Update Framework writes it; nobody here looks at signatures."""
    s3 = boto3.client("s3")
    files = {"rollout.json": rollout.model_dump_json().encode(), **BUNDLES}
    targets = {
        name: {"length": len(body), "hashes": {"sha256": hashlib.sha256(body).hexdigest()}}
        for name, body in files.items()
    }
    for name, body in files.items():
        s3.put_object(
            Bucket="artifacts", Key=target_file("ads", f"{targets[name]['hashes']['sha256']}.{name}"), Body=body
        )
    signatures = [{"keyid": "k1", "sig": "5161"}]
    metas = {
        f"{version}.targets.json": {"version": version, "targets": targets},
        f"{version}.snapshot.json": {"version": version, "meta": {"targets.json": {"version": version}}},
        "timestamp.json": {"version": version, "meta": {"snapshot.json": {"version": version}}},
        "1.root.json": {"version": 1},
    }
    for name, signed in metas.items():
        body = json.dumps({"signed": signed, "signatures": signatures})
        s3.put_object(Bucket="artifacts", Key=metadata_file("ads", name), Body=body)


@pytest.fixture(scope="module")
def aws() -> Iterator[Any]:
    with pytest.MonkeyPatch.context() as patch, mock_aws():
        patch.setenv("AWS_DEFAULT_REGION", "us-west-2")
        patch.delenv("AWS_ENDPOINT_URL", raising=False)
        patch.setenv("BUCKET", "artifacts")
        patch.setenv("DEVICES_TABLE", "devices")
        make_table("devices", "domain", "device_id")
        boto3.client("s3").create_bucket(
            Bucket="artifacts", CreateBucketConfiguration={"LocationConstraint": "us-west-2"}
        )
        for cached in (device_api.variables, device_api.repository, device_api.reports, authorizer.devices):
            cached.cache_clear()
        yield boto3.resource("dynamodb").Table("devices")


@pytest.fixture
def devices(aws: Any) -> Any:
    for one in (record("tv-1"), record("tv-2", "revoked"), record("tv-3", key=OTHER_KEY)):
        aws.put_item(Item=one)
    current, candidate = (DeviceRelease(release=name.removesuffix(".tar"), bundle=name) for name in BUNDLES)
    publish(3, Rollout(domain="ads", current=current, candidate=candidate, percentage=percentile("tv-1")))
    device_api.repository.cache_clear()
    return aws


def token(key: Ed25519PrivateKey = KEY, kid: str = "ads/tv-1", algorithm: str = "EdDSA", **changed: Any) -> str:
    now = int(time.time())
    claims = {"sub": "tv-1", "iss": "ads", "aud": "vigil-devices", "iat": now, "exp": now + 300, **changed}
    return jwt.encode(
        {name: value for name, value in claims.items() if value is not None},
        key if algorithm == "EdDSA" else "shared secret of at least thirty-two bytes",
        algorithm=algorithm,
        headers={"kid": kid},
    )


def authorize(header: str, context: Any) -> dict[str, Any]:
    """https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-lambda-authorizer.html"""
    request = {
        "version": "2.0",
        "type": "REQUEST",
        "routeArn": "arn:aws:execute-api:us-west-2:123456789012:api/$default/GET/request",
        "identitySource": [header],
        "headers": {"authorization": header},
    }
    return authorizer.lambda_handler(request, context)


def ask(context: Any, method: str, path: str, device: str = "tv-1", domain: str = "ads", **more: Any) -> Answer:
    told = {"lambda": {"domain": domain, "device_id": device}}
    return answer_of(device_api.lambda_handler(event(method, path, authorizer=told, **more), context))


def test_a_devices_own_token_lets_it_in(devices: Any, context: Any) -> None:
    found = authorize(f"Bearer {token()}", context)
    assert found == {"isAuthorized": True, "context": {"domain": "ads", "device_id": "tv-1"}}


NOW = int(time.time())


@pytest.mark.parametrize(
    "header",
    [
        "",
        "Basic dXNlcg==",
        "Bearer not.a.token",
        f"Bearer {token(OTHER_KEY)}",
        f"Bearer {token(kid='ads/tv-2', sub='tv-2')}",
        f"Bearer {token(kid='ads/tv-9', sub='tv-9')}",
        f"Bearer {token(kid='ads')}",
        f"Bearer {token(OTHER_KEY, kid='ads/tv-3')}",
        f"Bearer {token(iss='cats')}",
        f"Bearer {token(aud='somebody else')}",
        f"Bearer {token(iat=NOW - 600, exp=NOW - 300)}",
        f"Bearer {token(iat=NOW + 3600, exp=NOW + 3700)}",
        f"Bearer {token(exp=NOW + 3600)}",
        f"Bearer {token(iat=None)}",
        f"Bearer {token(exp=None)}",
        f"Bearer {token(algorithm='HS256')}",
    ],
    ids=["none", "basic", "no JWT", "another's key", "revoked", "unknown", "no device", "another's name", "issuer"]
    + ["audience", "expired", "from the future", "too long", "no iat", "no exp", "another algorithm"],
)
def test_nothing_else_does(devices: Any, context: Any, header: str) -> None:
    assert authorize(header, context) == {"isAuthorized": False}


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", f"{ROOT}/metadata/timestamp.json"),
        ("GET", f"{ROOT}/targets/{'0' * 64}.rollout.json"),
        ("POST", f"{ROOT}/reports"),
    ],
)
@pytest.mark.parametrize("caller", [("tv-3", "ads"), ("tv-1", "cats")])
def test_a_device_reads_and_writes_as_itself_only(
    devices: Any, context: Any, method: str, path: str, caller: tuple[str, str]
) -> None:
    body = DeviceReport(sequence=1, at=datetime.now(UTC), serving=None, client="1").model_dump(mode="json")
    found = ask(context, method, path, *caller, body=body if method == "POST" else None)
    assert (found.status, found.body["error"]["code"]) == (403, "not_yours")


def test_metadata_is_what_was_signed_and_not_sent_twice(devices: Any, context: Any) -> None:
    first = ask(context, "GET", f"{ROOT}/metadata/timestamp.json")
    assert first.body["signed"]["version"] == 3
    again = ask(context, "GET", f"{ROOT}/metadata/timestamp.json", headers={"if-none-match": first.headers["etag"]})
    assert (again.status, again.body) == (304, None)
    assert ask(context, "GET", f"{ROOT}/metadata/2.root.json").status == 404


@pytest.mark.parametrize(
    "name", ["..%2Ftargets.json", "../1.root.json", "01.root.json", "1.root.json.bak", "root.json"]
)
def test_a_name_that_is_no_metadata_is_refused(devices: Any, context: Any, name: str) -> None:
    assert ask(context, "GET", f"{ROOT}/metadata/{name}").status in {404, 422}


def test_a_listed_file_is_handed_out_by_s3(devices: Any, context: Any) -> None:
    digest = hashlib.sha256(b"seven").hexdigest()
    found = ask(context, "GET", f"{ROOT}/targets/{digest}.r7-aaaaaa.tar")
    assert found.status == 302
    assert f"/devices/ads/targets/{digest}.r7-aaaaaa.tar" in found.headers["location"]
    assert "X-Amz-Expires=120" in found.headers["location"]


def test_a_file_that_the_metadata_does_not_list_is_not(devices: Any, context: Any) -> None:
    boto3.client("s3").put_object(Bucket="artifacts", Key=target_file("ads", f"{'0' * 64}.r6-cccccc.tar"), Body=b"old")
    assert ask(context, "GET", f"{ROOT}/targets/{'0' * 64}.r6-cccccc.tar").status == 404


def test_the_download_is_the_release_that_the_hash_gives_a_device(devices: Any, context: Any) -> None:
    def release() -> dict[str, Any]:
        device_api.repository.cache_clear()
        return ask(context, "GET", "/api/v1/models/ads/download", query={"device_id": "tv-1"}).body

    outside = release()
    assert outside["sha256"] == hashlib.sha256(b"seven").hexdigest()
    assert outside["signature"] == {"keyid": "k1", "sig": "5161", "metadata_version": 3}
    current, candidate = (DeviceRelease(release=name.removesuffix(".tar"), bundle=name) for name in BUNDLES)
    publish(4, Rollout(domain="ads", current=current, candidate=candidate, percentage=percentile("tv-1") + 1))
    assert release()["release"] == "r8-bbbbbb"


def test_polling_devices_cost_one_read_in_a_few_seconds(
    devices: Any, context: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    s3, reads = device_api.repository()._s3, []
    get = s3.get_object
    monkeypatch.setattr(s3, "get_object", lambda **asked: reads.append(asked["Key"]) or get(**asked))
    for _ in range(50):
        assert ask(context, "GET", f"{ROOT}/metadata/timestamp.json").status == 200
        assert ask(context, "GET", f"{ROOT}/metadata/2.root.json").status == 404
    assert len(reads) == 2


def test_a_report_is_stored_once_and_refused_of_a_revoked_device(
    devices: Any, context: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    counts = ReleaseCounts(release="r7-aaaaaa", inferences=40, failures=1, p95_ms=21.5, confidence=0.93)
    told = DeviceReport(sequence=2, at=datetime.now(UTC), serving="r7-aaaaaa", counts=(counts,), client="1")
    body = told.model_dump(mode="json")
    assert ask(context, "POST", f"{ROOT}/reports", body=body).status == 202
    metrics = [json.loads(line) for line in capsys.readouterr().out.splitlines() if "DeviceLatency" in line]
    assert [one["DeviceLatency"] for one in metrics] == [[21.5]]
    assert ask(context, "POST", f"{ROOT}/reports", body=body).status == 200
    assert ask(context, "POST", f"{ROOT}/reports", body={**body, "sequence": 1}).status == 200
    stored = DeviceRecord.model_validate(devices.get_item(Key={"domain": "ads", "device_id": "tv-1"})["Item"])
    assert (stored.sequence, stored.report) == (2, told)
    path = "/api/v1/devices/ads/tv-2/reports"
    assert ask(context, "POST", path, "tv-2", body=body).status == 403


@pytest.mark.parametrize("body", ["", "{", "[]", "{}", '{"sequence": 0}', '{"sequence": 1, "more": 2}'])
def test_what_is_no_report_is_refused_with_a_sentence(devices: Any, context: Any, body: str) -> None:
    found = ask(context, "POST", f"{ROOT}/reports", body=body)
    assert found.status == 422
    assert found.body["error"]["message"].startswith("The request is not what is taken here")
