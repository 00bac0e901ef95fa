"""Data prep from bucket and table to dataset version, refusals first."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from inference.contracts import SPLITS, Split
from lambdas.common.errors import ConfigurationError, PayloadError
from lambdas.data_prep import handler
from lambdas.data_prep.errors import DataError
from lambdas.data_prep.pictures.reading import TimeBudgetError
from tests.unit.cat_bucket import PREFIX, SPEC, Raw, jpeg
from tests.unit.cat_bucket import prepare as prepare
from tests.unit.cat_bucket import raw as raw


@pytest.mark.parametrize(
    "event", [{}, [], None, "run", {"run": ""}, {"run": "r", "acton": "list"}, {"run": "r", "batch": 1}]
)
def test_a_malformed_event_is_named(raw: Raw, context: Any, event: Any) -> None:
    with pytest.raises(PayloadError, match="DataPrepEvent"):
        handler.lambda_handler(event, context)


def test_a_missing_variable_is_named(raw: Raw, context: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("RAW_BUCKET")
    with pytest.raises(ConfigurationError, match="raw_bucket"):
        handler.lambda_handler({"run": "r"}, context)


def test_no_pictures(prepare: Callable[..., dict[str, Any]]) -> None:
    with pytest.raises(DataError, match="no pictures below s3://raw/catcam-training/"):
        prepare()


def test_empty_table(raw: Raw, prepare: Callable[..., dict[str, Any]]) -> None:
    raw.picture("1.jpg", jpeg(1))
    with pytest.raises(DataError, match="catadata is empty; 1 pictures wait"):
        prepare()


def test_two_pictures_in_all(raw: Raw, prepare: Callable[..., dict[str, Any]]) -> None:
    raw.fill(each=1)
    with pytest.raises(DataError, match="at least 3 distinct .* Cat has 1, NoCat has 1"):
        prepare()


def test_one_class_only_names_the_other_and_what_was_left_out(raw: Raw, prepare: Callable[..., dict[str, Any]]) -> None:
    for number in range(5):
        raw.picture(f"{number}.jpg", jpeg(number))
        raw.label(f"{number}.jpg", "Cat")
    raw.label("gone.jpg", "NoCat")
    with pytest.raises(DataError, match=r"too few: NoCat has 0\. Left out: missing: 1 \(gone.jpg\)"):
        prepare()


def test_nothing_to_reuse(prepare: Callable[..., dict[str, Any]]) -> None:
    with pytest.raises(DataError, match="run once without skipDataPrep"):
        prepare(reuse_latest=True)


def test_too_little_time_says_what_to_do(raw: Raw, context: Any) -> None:
    raw.fill()
    context.remaining_ms = 1_000
    with pytest.raises(TimeBudgetError, match="0 of 16 .* Distributed Map"):
        handler.lambda_handler({"run": "r"}, context)


def test_the_same_data_is_the_same_version_and_writes_nothing_new(
    raw: Raw, prepare: Callable[..., dict[str, Any]]
) -> None:
    raw.fill()
    first = prepare()
    before = {key: raw.s3.head_object(Bucket="artifacts", Key=key)["LastModified"] for key in raw.keys("")}
    raw.s3.put_bucket_versioning(Bucket="artifacts", VersioningConfiguration={"Status": "Enabled"})
    assert prepare() == first
    assert prepare(reuse_latest=True) == first
    assert raw.keys("") == list(before)
    versions = raw.s3.list_object_versions(Bucket="artifacts")["Versions"]
    assert len(versions) == len(before)


def test_the_test_split_keeps_its_fingerprint_while_other_data_changes(
    raw: Raw, prepare: Callable[..., dict[str, Any]]
) -> None:
    raw.fill()
    first = prepare()
    assert first["test_split"] == raw.summary(first["version"]).test_split
    trained = next(item for item in raw.items(first["version"]) if item.split is Split.TRAIN and item.label == "Cat")
    raw.s3.delete_object(Bucket="raw", Key=f"{PREFIX}{trained.path}")
    second = prepare()
    assert second["version"] != first["version"]
    assert second["test_split"] == first["test_split"]
    tested = next(item for item in raw.items(second["version"]) if item.split is Split.TEST)
    raw.s3.delete_object(Bucket="raw", Key=f"{PREFIX}{tested.path}")
    assert prepare()["test_split"] != first["test_split"]


def test_undersampling_and_channels(raw: Raw, prepare: Callable[..., dict[str, Any]]) -> None:
    raw.fill()
    result = prepare()
    summary = raw.summary(result["version"])
    assert summary.undersampled == {"NoCat": 3}
    assert result["items"] == 13
    assert all(summary.counts[split][name] >= 1 for split in SPLITS for name in SPEC.classes)
    dataset, images = (channel["DataSource"]["S3DataSource"] for channel in result["channels"])
    assert dataset["S3Uri"] == result["uri"] == f"s3://artifacts/datasets/cats/{result['version']}/"
    assert images["S3DataType"] == "ManifestFile"
    prefix, *names = json.loads(raw.artifact(images["S3Uri"].removeprefix("s3://artifacts/")))
    assert prefix == {"prefix": f"s3://raw/{PREFIX}"}
    assert names == [item.path for item in raw.items(result["version"])]


def test_the_steps_of_a_distributed_map_make_the_same_version(
    raw: Raw, prepare: Callable[..., dict[str, Any]], context: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lambdas.data_prep.labelled_images.batches.BATCH", 5)
    raw.fill()
    raw.picture("cut.jpg", b"\xff\xd8cut")
    raw.label("cut.jpg", "Cat")
    whole = prepare()
    listed = prepare(action="list")
    assert len(listed["batches"]) == 4
    with pytest.raises(DataError, match="that step of data prep did not end"):
        prepare(action="merge")
    for event in listed["batches"]:
        handler.lambda_handler(event, context)
    assert prepare(action="merge") == whole
