"""The drift monitor from captures in S3 to a report, a metric and no alarm without reason."""

import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import boto3
import numpy as np
import pytest

from inference.contracts.drift import DriftReport
from lambdas.common.errors import PayloadError
from lambdas.common.model_archive import ArchiveError
from lambdas.common.release_state import Release, ReleaseState
from lambdas.common.releases_table import ReleasesTable
from lambdas.drift_monitor import handler
from lambdas.drift_monitor.models import DriftMonitorVariables, DriftSpec
from tests.unit.api_harness import make_table
from tests.unit.drift_harness import NOW, RELEASE, baseline, line
from tests.unit.model_packages import archive, manifest_of

EVENT = {"at": NOW.isoformat()}
KNOWN = baseline(np.random.default_rng(0), features=1)
SPEC = DriftSpec(at_least_captures=100, most_captures=400)
Put = Callable[..., None]


@pytest.fixture
def put(aws: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Put]:
    """Buckets and a champion with a package; puts captures of normal scores into an hour's folder."""
    env = DriftMonitorVariables(
        domain="cats", artifacts_bucket="artifacts", captures_bucket="captures", releases_table="releases", drift=SPEC
    )
    for name, value in env.variables().items():
        monkeypatch.setenv(name, value)
    handler.variables.cache_clear()
    make_table("releases", "domain")
    s3 = boto3.client("s3")
    for bucket in ("artifacts", "captures"):
        s3.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": "eu-central-1"})
    files = {"baseline.json": KNOWN.model_dump_json().encode()}
    files |= dict.fromkeys(("model.onnx", "evaluation.json", "golden.jsonl"), b"")
    s3.put_object(Bucket="artifacts", Key="model.tar.gz", Body=archive({**files, "manifest.json": manifest_of(files)}))

    def one(hours_ago: int = 1, captures: int = 200, shift: float = 0) -> None:
        at = NOW - timedelta(hours=hours_ago)
        scores = np.random.default_rng(hours_ago).normal(shift, 1, captures)
        text = "\n".join(line(1000 * hours_ago + number, at, cat=score) for number, score in enumerate(scores))
        s3.put_object(Bucket="captures", Key=f"captures/cats/{at:%Y/%m/%d/%H}/one", Body=text.encode())

    yield one
    handler.variables.cache_clear()


def champion(manifest_sha256: str = "") -> None:
    release = Release(
        release=RELEASE, address="a", model_package_arn="arn:aws:sagemaker:r:1:model-package/vigil-cats/1",
        model_data_url="s3://artifacts/model.tar.gz", manifest_sha256=manifest_sha256, since=NOW,
    )  # fmt: skip
    ReleasesTable("releases").write(ReleaseState(domain="cats", champion=release))


def reports() -> list[DriftReport]:
    s3 = boto3.client("s3")
    keys = [one["Key"] for one in s3.list_objects_v2(Bucket="artifacts", Prefix="drift/cats/").get("Contents", ())]
    bodies = [s3.get_object(Bucket="artifacts", Key=key)["Body"].read() for key in keys]
    return [DriftReport.model_validate_json(body) for body in bodies]


def metrics(capsys: Any) -> list[float]:
    lines = [json.loads(text) for text in capsys.readouterr().out.splitlines() if text.startswith("{")]
    return [value for one in lines if "DriftedMeasures" in one for value in one["DriftedMeasures"]]


def test_without_a_champion_there_is_nothing_to_report(put: Put, context: Any, capsys: Any) -> None:
    put()
    assert handler.lambda_handler(EVENT, context)["status"] == "no_champion"
    assert (reports(), metrics(capsys)) == ([], [])


def test_a_package_that_was_changed_since_its_release_is_refused(put: Put, context: Any) -> None:
    champion(manifest_sha256="5e" * 32)
    with pytest.raises(ArchiveError, match="was changed since"):
        handler.lambda_handler(EVENT, context)


def test_an_event_of_another_shape_is_refused(put: Put, context: Any) -> None:
    with pytest.raises(PayloadError, match="DriftEvent"):
        handler.lambda_handler({"when": "now"}, context)


def test_too_few_captures_make_a_report_and_no_metric(put: Put, context: Any, capsys: Any) -> None:
    champion()
    put(captures=99, shift=3)
    assert handler.lambda_handler(EVENT, context)["status"] == "too_few"
    assert ([one.captures for one in reports()], metrics(capsys)) == ([99], [])


@pytest.mark.parametrize(("shift", "status", "measures"), [(0, "stable", 0), (2, "drifted", 1)])
def test_a_window_is_reported_counted_and_told(
    put: Put, context: Any, capsys: Any, shift: float, status: str, measures: int
) -> None:
    champion()
    put(shift=shift)
    assert handler.lambda_handler(EVENT, context)["report"] == "drift/cats/2026-11-22T12:30:00Z.json"
    assert ([one.status for one in reports()], metrics(capsys)) == ([status], [measures])


def test_a_schedule_that_fires_twice_makes_one_report(put: Put, context: Any) -> None:
    champion()
    put()
    assert handler.lambda_handler(EVENT, context) == handler.lambda_handler(EVENT, context)
    assert len(reports()) == 1


def test_more_captures_than_are_read_are_taken_from_every_hour(put: Put, context: Any) -> None:
    champion()
    for hours_ago in range(1, 11):
        put(hours_ago)
    handler.lambda_handler(EVENT, context)
    assert [(one.captures, one.complete) for one in reports()] == [(400, False)]


def test_captures_of_before_the_window_are_not_read(put: Put, context: Any) -> None:
    champion()
    put(hours_ago=26)
    handler.lambda_handler(EVENT, context)
    assert [one.captures for one in reports()] == [0]
