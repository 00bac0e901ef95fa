"""Data prep from bucket and table to dataset version, failures first."""

import json
from collections.abc import Callable
from io import BytesIO
from typing import Any

import boto3
import numpy as np
import pytest
from PIL import Image

from inference.contracts import SPLITS, DatasetSummary, Item, Split
from lambdas.common.errors import ConfigurationError, PayloadError
from lambdas.data_prep import handler
from lambdas.data_prep.errors import DataError
from lambdas.data_prep.labelled_images.spec import LabelledImages
from lambdas.data_prep.models import DataPrepVariables
from lambdas.data_prep.pictures.reading import TimeBudgetError

PREFIX = "catcam-training/"
SPEC = LabelledImages(prefix=PREFIX, classes=("Cat", "NoCat"), at_most={"NoCat": 5}, max_megapixels=1)


def jpeg(seed: int, kind: str = "JPEG", size: tuple[int, int] = (24, 24)) -> bytes:
    """Pictures of different seeds do not look alike."""
    out = BytesIO()
    noise = np.random.default_rng(seed).integers(0, 256, (24, 24, 3), dtype=np.uint8)
    Image.fromarray(noise).resize(size).save(out, kind)
    return out.getvalue()


class Raw:
    """The user's bucket and table, and the artifacts bucket."""

    def __init__(self) -> None:
        self.s3 = boto3.client("s3")
        for bucket in ("raw", "artifacts"):
            self.s3.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": "eu-central-1"})
        self.table = boto3.resource("dynamodb").create_table(
            TableName="catadata",
            KeySchema=[{"AttributeName": "imageName", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "imageName", "AttributeType": "S"}],
            BillingMode="PAY_PER_REQUEST",
        )

    def picture(self, name: str, body: bytes) -> None:
        self.s3.put_object(Bucket="raw", Key=PREFIX + name, Body=body)

    def label(self, name: str, label: Any, **more: str) -> None:
        self.table.put_item(Item={"imageName": name, "label": label, **more})

    def fill(self, each: int = 8) -> None:
        for number in range(each):
            for offset, name in ((0, "Cat"), (100, "NoCat")):
                self.picture(f"{name}{number}.jpg", jpeg(number + offset))
                self.label(f"{name}{number}.jpg", name)

    def artifact(self, key: str) -> bytes:
        return self.s3.get_object(Bucket="artifacts", Key=key)["Body"].read()

    def keys(self, prefix: str) -> list[str]:
        listing = self.s3.list_objects_v2(Bucket="artifacts", Prefix=prefix)
        return [entry["Key"] for entry in listing.get("Contents", [])]

    def summary(self, version: str) -> DatasetSummary:
        return DatasetSummary.model_validate_json(self.artifact(f"datasets/cats/{version}/dataset.json"))

    def items(self, version: str) -> list[Item]:
        lines = self.artifact(f"datasets/cats/{version}/manifest.jsonl").splitlines()
        return [Item.model_validate_json(line) for line in lines]


@pytest.fixture
def raw(aws: None, monkeypatch: pytest.MonkeyPatch) -> Raw:
    env = DataPrepVariables(
        domain="cats", raw_bucket="raw", artifacts_bucket="artifacts", labels_table="catadata", data=SPEC
    )
    for name, value in env.variables().items():
        monkeypatch.setenv(name, value)
    handler.variables.cache_clear()
    return Raw()


@pytest.fixture
def prepare(raw: Raw, context: Any) -> Callable[..., dict[str, Any]]:
    return lambda **event: handler.lambda_handler({"run": "vigil-cats-0123456789ab", **event}, context)


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


BROKEN = {
    "empty.jpg": (b"", "empty"),
    "cut.jpg": (jpeg(3, size=(200, 200))[:-200], "undecodable"),
    "text.jpg": (b"not a picture", "undecodable"),
    "really_a.png.jpg": (jpeg(4, "PNG"), "not_jpeg"),
    "bomb.jpg": (jpeg(5, size=(1200, 900)), "too_many_pixels"),
    "cat.gif": (jpeg(6, "GIF"), "unsupported_file"),
}


def test_bad_pictures_are_quarantined_by_name_and_never_fatal(raw: Raw, prepare: Callable[..., dict[str, Any]]) -> None:
    raw.fill()
    for name, (body, _) in BROKEN.items():
        raw.picture(name, body)
        raw.label(name, "Cat")
    raw.label("nowhere.jpg", "Cat")
    raw.picture("unlabelled.jpg", jpeg(7))
    raw.picture("dog.jpg", jpeg(8))
    raw.label("dog.jpg", "Dog")
    raw.picture("number.jpg", jpeg(9))
    raw.label("number.jpg", 7)
    expected = {name: reason for name, (_, reason) in BROKEN.items()} | {
        "nowhere.jpg": "missing",
        "unlabelled.jpg": "unlabelled",
        "dog.jpg": "unknown_class",
        "number.jpg": "invalid_label",
    }
    result = prepare()
    found = {
        record["item"]: record["reason"]
        for key in raw.keys("quarantine/cats/")
        for record in [json.loads(raw.artifact(key))]
    }
    assert found == expected
    assert result["quarantined"] == len(expected)
    summary = raw.summary(result["version"])
    assert summary.quarantined["undecodable"] == 2
    assert summary.examples["undecodable"] == ("cut.jpg", "text.jpg")
    assert {item.path for item in raw.items(result["version"])}.isdisjoint(expected)


def test_a_record_goes_when_the_item_is_put_right(raw: Raw, prepare: Callable[..., dict[str, Any]]) -> None:
    raw.fill()
    raw.label("late.jpg", "Cat")
    prepare()
    assert raw.keys("quarantine/cats/") == ["quarantine/cats/late.jpg.json"]
    raw.picture("late.jpg", jpeg(60))
    prepare()
    assert raw.keys("quarantine/cats/") == []


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
