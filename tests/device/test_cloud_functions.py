"""The device against the cloud's own functions: its token, the metadata, the files, the reports."""

import base64
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from urllib.parse import parse_qsl, urlsplit

import boto3
import pytest
from moto import mock_aws
from securesystemslib.signer import CryptoSigner

from clients.device.identity import load_key, public_part
from clients.device.registry import RegistryError
from inference.contracts.edge import EDGE
from inference.contracts.traffic import percentile
from lambdas.common.device_files import metadata_file, repository_folder
from lambdas.common.device_record import DeviceRecord
from lambdas.device_api import handler as device_api
from lambdas.device_authorizer import handler as authorizer
from lambdas.endpoint_release.targets.devices.bundle import make_bundle
from lambdas.endpoint_release.targets.devices.contents import Contents, with_bundle, with_share
from lambdas.endpoint_release.targets.devices.files import RepositoryFiles
from lambdas.endpoint_release.targets.devices.repository import UpdateRepository
from tests.device.toys import DOMAIN, bundle, edge_files, golden, picture, toy
from tests.unit.api_harness import event, make_table
from tests.unit.conftest import Context
from tests.unit.update_harness import root_of

CACHED = (authorizer.devices, device_api.variables, device_api.repository, device_api.items)


@pytest.fixture
def table(monkeypatch: pytest.MonkeyPatch) -> Iterator:
    for name, value in {"AWS_DEFAULT_REGION": "us-west-2", "BUCKET": "artifacts", "DEVICES_TABLE": "devices"}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    with mock_aws():
        make_table("devices", "domain", "device_id")
        where = {"LocationConstraint": "us-west-2"}
        boto3.client("s3").create_bucket(Bucket="artifacts", CreateBucketConfiguration=where)
        for one in CACHED:
            one.cache_clear()
        yield boto3.resource("dynamodb").Table("devices")
    for one in CACHED:
        one.cache_clear()


def publish(cloud) -> None:
    for path, content in cloud.repository.files.items():
        boto3.client("s3").put_object(Bucket="artifacts", Key=repository_folder(DOMAIN) + path, Body=content)


def functions(cloud) -> Callable:
    """An HTTP API with its authorizer, and S3 behind the addresses that the function signs."""

    def serve(handler) -> bool:
        where = urlsplit(handler.path)
        if where.path.startswith(f"/{repository_folder(DOMAIN)}"):
            found = boto3.client("s3").get_object(Bucket="artifacts", Key=where.path.removeprefix("/"))
            handler.say(200, found["Body"].read())
            return True
        headers = {name.lower(): value for name, value in handler.headers.items()}
        asked = event(
            handler.command,
            where.path,
            authorizer={},
            body=handler.body.decode() or None,
            query=dict(parse_qsl(where.query)) or None,
            headers=headers,
        )
        allowed = authorizer.lambda_handler(asked, Context())
        if not allowed["isAuthorized"]:
            handler.say(403, b'{"message":"Forbidden"}')  # what an HTTP API says to a simple response's false
            return True
        asked["requestContext"]["authorizer"] = {"lambda": allowed["context"]}
        answer = device_api.lambda_handler(asked, Context())
        said = {name: str(value) for name, value in answer.get("headers", {}).items()}
        said |= {name: str(values[0]) for name, values in answer.get("multiValueHeaders", {}).items()}
        if "Location" in said:
            said["Location"] = cloud.url + urlsplit(said["Location"]).path.removeprefix("/artifacts")
        said.pop("Content-Length", None)
        handler.say(answer["statusCode"], (answer.get("body") or "").encode(), **said)
        return True

    return serve


@pytest.fixture
def enrol_in(table) -> Callable:
    def enrol(enrolled, status: str = "enrolled") -> None:
        key = public_part(load_key(enrolled.config.key))
        assert len(base64.b64decode(key)) == 32
        record = DeviceRecord(domain=DOMAIN, device_id="kitchen", public_key=key, enrolled_at=datetime.now(UTC))
        table.put_item(Item={**record.model_dump(mode="json"), "status": status})

    return enrol


def test_a_device_gets_its_model_and_reports(enrolled, cloud, table, enrol_in):
    enrol_in(enrolled)
    cloud.repository.release("r1", bundle())
    publish(cloud)
    cloud.faults[""] = functions(cloud)

    with enrolled.open() as device:
        assert device.updater.look().state == "updated", device.updater.fault
        device.runner.predict(picture())
        told = device.client.download_info()
        device.write_report()
        delivered = device.deliver_reports()

    assert (told["release"], told["bundle"], delivered) == ("r1", "r1.tar", 1)
    record = table.get_item(Key={"domain": DOMAIN, "device_id": "kitchen"})["Item"]
    assert (record["sequence"], record["report"]["serving"]) == (1, "r1")


def test_a_revoked_device_gets_nothing_and_keeps_its_model(enrolled, cloud, enrol_in):
    enrol_in(enrolled, "revoked")
    cloud.repository.release("r1", bundle())
    publish(cloud)
    cloud.faults[""] = functions(cloud)

    with enrolled.open() as device:
        assert "403" in device.updater.look().why
        device.write_report()
        with pytest.raises(RegistryError, match="403"):
            device.deliver_reports()
        assert len(device.reports.waiting()) == 1


def test_what_the_release_target_publishes_is_what_a_device_takes(enrolled, cloud, table, enrol_in):
    """A share first, then all; both from the repository that releases are written to, and its own bundles."""
    enrol_in(enrolled)
    cloud.faults[""] = functions(cloud)
    operator, key = CryptoSigner.generate_ed25519(), CryptoSigner.generate_ecdsa()
    updates = UpdateRepository(DOMAIN, RepositoryFiles("artifacts", DOMAIN), key)
    enrolled.config.root.write_bytes(root_of(updates, operator).to_bytes())
    root = enrolled.config.root.read_bytes()
    boto3.client("s3").put_object(Bucket="artifacts", Key=metadata_file(DOMAIN, "1.root.json"), Body=root)
    made = make_bundle({f"{EDGE}{name}": content for name, content in edge_files(toy(), golden()).items()}, DOMAIN)
    updates.put_bundle("r1-abcdef.tar", made)

    found = []
    for share in (percentile("kitchen"), percentile("kitchen") + 1, 100):

        def edit(contents: Contents, share: int = share) -> Contents:
            return with_share(with_bundle(contents, "r1-abcdef", made), "r1-abcdef", share)

        updates.change(edit, datetime.now(UTC))
        device_api.repository.cache_clear()  # it remembers the timestamp for seconds
        with enrolled.open() as device:
            found.append(device.updater.look().state)

    assert found == ["nothing released", "updated", "up to date"]
