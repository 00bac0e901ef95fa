"""What devices get, and what they tell."""

import hashlib
import json
from datetime import UTC, datetime
from typing import Any

import boto3
import pytest

from inference.contracts.devices import DeviceRelease, DeviceReport, ReleaseCounts, Rollout
from inference.contracts.traffic import percentile
from lambdas.common.device_files import target_file
from lambdas.common.device_record import DeviceRecord
from lambdas.device_api import handler as device_api
from tests.unit.device_api_harness import BUNDLES, DEVICE, ask, publish


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", f"{DEVICE}/metadata/timestamp.json"),
        ("GET", f"{DEVICE}/targets/{'0' * 64}.rollout.json"),
        ("POST", f"{DEVICE}/reports"),
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
    first = ask(context, "GET", f"{DEVICE}/metadata/timestamp.json")
    assert first.body["signed"]["version"] == 3
    again = ask(context, "GET", f"{DEVICE}/metadata/timestamp.json", headers={"if-none-match": first.headers["etag"]})
    assert (again.status, again.body) == (304, None)
    assert ask(context, "GET", f"{DEVICE}/metadata/2.root.json").status == 404


@pytest.mark.parametrize(
    "name", ["..%2Ftargets.json", "../1.root.json", "01.root.json", "1.root.json.bak", "root.json"]
)
def test_a_name_that_is_no_metadata_is_refused(devices: Any, context: Any, name: str) -> None:
    assert ask(context, "GET", f"{DEVICE}/metadata/{name}").status in {404, 422}


def test_a_listed_file_is_handed_out_by_s3(devices: Any, context: Any) -> None:
    digest = hashlib.sha256(b"seven").hexdigest()
    found = ask(context, "GET", f"{DEVICE}/targets/{digest}.r7-aaaaaa.tar")
    assert found.status == 302
    assert f"/devices/ads/targets/{digest}.r7-aaaaaa.tar" in found.headers["location"]
    assert "X-Amz-Expires=120" in found.headers["location"]
    # Until DNS knows a new bucket, the global endpoint redirects to a host for which the URL is not signed:
    # https://docs.aws.amazon.com/AmazonS3/latest/userguide/Redirects.html
    assert found.headers["location"].startswith("https://artifacts.s3.us-west-2.amazonaws.com/devices/")


def test_a_file_that_the_metadata_does_not_list_is_not(devices: Any, context: Any) -> None:
    boto3.client("s3").put_object(Bucket="artifacts", Key=target_file("ads", f"{'0' * 64}.r6-cccccc.tar"), Body=b"old")
    assert ask(context, "GET", f"{DEVICE}/targets/{'0' * 64}.r6-cccccc.tar").status == 404


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
        assert ask(context, "GET", f"{DEVICE}/metadata/timestamp.json").status == 200
        assert ask(context, "GET", f"{DEVICE}/metadata/2.root.json").status == 404
    assert len(reads) == 2


def test_a_report_is_stored_once_and_refused_of_a_revoked_device(
    devices: Any, context: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    counts = ReleaseCounts(release="r7-aaaaaa", inferences=40, failures=1, p95_ms=21.5, confidence=0.93)
    told = DeviceReport(sequence=2, at=datetime.now(UTC), serving="r7-aaaaaa", counts=(counts,), client="1")
    body = told.model_dump(mode="json")
    assert ask(context, "POST", f"{DEVICE}/reports", body=body).status == 202
    metrics = [json.loads(line) for line in capsys.readouterr().out.splitlines() if "DeviceLatency" in line]
    assert [one["DeviceLatency"] for one in metrics] == [[21.5]]
    assert ask(context, "POST", f"{DEVICE}/reports", body=body).status == 200
    late = ask(context, "POST", f"{DEVICE}/reports", body={**body, "sequence": 1})
    assert (late.status, late.body) == (200, {"status": "known", "sequence": 2})
    stored = DeviceRecord.model_validate(devices.get_item(Key={"domain": "ads", "device_id": "tv-1"})["Item"])
    assert (stored.sequence, stored.report) == (2, told)
    path = "/api/v1/devices/ads/tv-2/reports"
    assert ask(context, "POST", path, "tv-2", body=body).status == 403


def test_a_release_that_nobody_published_makes_no_metric_of_its_own(
    devices: Any, context: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    counts = ReleaseCounts(release="r99-ffffff", inferences=40, failures=1)
    told = DeviceReport(
        sequence=1, at=datetime.now(UTC), serving="r99-ffffff", counts=(counts,), refused={"r98": "no"}, client="1"
    )
    assert ask(context, "POST", f"{DEVICE}/reports", body=told.model_dump(mode="json")).status == 202
    metrics = [json.loads(line) for line in capsys.readouterr().out.splitlines() if "_aws" in line]
    assert [one["DeviceInferences"] for one in metrics if "DeviceInferences" in one] == [[40.0]]
    assert not [one for one in metrics if "Release" in one]


COUNTS = {"release": "r7-aaaaaa", "inferences": 40, "failures": 1}


@pytest.mark.parametrize(
    "more",
    [
        {"counts": [{**COUNTS, "failures": 41}]},
        {"counts": [{**COUNTS, "inferences": 10**15, "failures": 10**13}]},
        {"counts": [{**COUNTS, "release": "x" * 64}]},
        {"counts": [{**COUNTS, "release": "../r7"}]},
        {"counts": [{**COUNTS, "p95_ms": 1e200}]},
        {"refused": {"r7-aaaaaa": "x" * 501}},
        {"refused": {"x" * 64: "slow"}},
        {"serving": "x" * 64},
        {"sequence": 10**40},
    ],
)
def test_a_device_may_not_report_without_bounds(devices: Any, context: Any, more: dict[str, Any]) -> None:
    told = DeviceReport(sequence=1, at=datetime.now(UTC), serving=None, client="1").model_dump(mode="json")
    assert ask(context, "POST", f"{DEVICE}/reports", body=told | more).status == 422


def test_a_number_next_to_nothing_is_stored(devices: Any, context: Any) -> None:
    counts = ReleaseCounts(release="r7-aaaaaa", inferences=1, failures=0, confidence=1e-300)
    told = DeviceReport(sequence=5, at=datetime.now(UTC), serving=None, counts=(counts,), client="1")
    assert ask(context, "POST", f"{DEVICE}/reports", body=told.model_dump(mode="json")).status == 202


@pytest.mark.parametrize("body", ["", "{", "[]", "{}", '{"sequence": 0}', '{"sequence": 1, "more": 2}'])
def test_what_is_no_report_is_refused_with_a_sentence(devices: Any, context: Any, body: str) -> None:
    found = ask(context, "POST", f"{DEVICE}/reports", body=body)
    assert found.status == 422
    assert found.body["error"]["message"].startswith("The request is not what is taken here")
