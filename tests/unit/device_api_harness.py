"""The device API and its authorizer in front of a bucket and a table in memory, and tokens of devices."""

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

from inference.contracts.devices import DeviceRelease, Rollout
from inference.contracts.traffic import percentile
from lambdas.common.device_files import metadata_file, target_file
from lambdas.common.device_record import DeviceRecord
from lambdas.device_api import handler as device_api
from lambdas.device_authorizer import handler as authorizer
from tests.unit.api_harness import Answer, answer_of, event, make_table

KEY, OTHER_KEY = Ed25519PrivateKey.generate(), Ed25519PrivateKey.generate()
DEVICE = "/api/v1/devices/ads/tv-1"
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
def device_cloud() -> Iterator[Any]:
    """The devices table; AWS in memory, once a module."""
    with pytest.MonkeyPatch.context() as patch, mock_aws():
        patch.setenv("AWS_DEFAULT_REGION", "us-west-2")
        patch.delenv("AWS_ENDPOINT_URL", raising=False)
        patch.setenv("BUCKET", "artifacts")
        patch.setenv("DEVICES_TABLE", "devices")
        make_table("devices", "domain", "device_id")
        boto3.client("s3").create_bucket(
            Bucket="artifacts", CreateBucketConfiguration={"LocationConstraint": "us-west-2"}
        )
        for cached in (device_api.variables, device_api.repository, device_api.items, authorizer.devices):
            cached.cache_clear()
        yield boto3.resource("dynamodb").Table("devices")


@pytest.fixture
def devices(device_cloud: Any) -> Any:
    """The devices table: tv-1 enrolled, tv-2 revoked, tv-3 with another key. tv-1 is just outside of r8's share."""
    for one in (record("tv-1"), record("tv-2", "revoked"), record("tv-3", key=OTHER_KEY)):
        device_cloud.put_item(Item=one)
    current, candidate = (DeviceRelease(release=name.removesuffix(".tar"), bundle=name) for name in BUNDLES)
    publish(3, Rollout(domain="ads", current=current, candidate=candidate, percentage=percentile("tv-1")))
    device_api.repository.cache_clear()
    return device_cloud


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
