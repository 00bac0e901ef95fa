"""A kind of data from outside: a spec and what prepares it, registered once, and the function prepares it."""

import json
from typing import Any, ClassVar, Literal

import boto3
import pytest
from pydantic import ValidationError

from inference.contracts import SPLITS, DatasetSummary, Item
from lambdas.common.errors import PayloadError
from lambdas.data_prep import handler, kinds
from lambdas.data_prep.dataset_files import Dataset
from lambdas.data_prep.inputs import Inputs
from lambdas.data_prep.kinds import Kind
from lambdas.data_prep.models import DataPrepVariables
from lambdas.data_prep.quarantine import Rejection
from lambdas.data_prep.spec import KindSpec, Layer, channel


class Notes(KindSpec):
    """Short texts; the first letter of a text's table row is its class."""

    layer: ClassVar[Layer] = "requirements"

    kind: Literal["notes"] = "notes"
    text_column: str = "text"

    @property
    def label_columns(self) -> tuple[str, ...]:
        return self.text_column, "topic"

    def channels(self, uri: str) -> tuple[dict[str, Any], ...]:
        return *super().channels(uri), channel("notes", "S3Prefix", f"{uri}notes/")


def prepare(inputs: Inputs) -> Dataset:
    assert inputs.labels is not None
    topics = {row[inputs.spec.text_column]: row["topic"] for row in inputs.labels.rows()}
    names = sorted(inputs.raw.sizes(inputs.spec.prefix))
    known = [name for name in names if name in topics]
    items = [
        Item(path=name, label=topics[name], split=split, group=name) for name, split in zip(known, SPLITS, strict=True)
    ]
    left_out = [Rejection(name, "no_topic", "its row names none") for name in names if name not in topics]
    texts = {f"notes/{name}": inputs.raw.read(f"{inputs.spec.prefix}{name}") or b"" for name in known}
    return Dataset(classes=("sea",), items=items, rejections=left_out, duplicates=0, files=texts)


@pytest.fixture
def registered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(kinds.KINDS, "notes", Kind(Notes, __name__))


@pytest.fixture
def s3(aws: None, registered: None, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Three notes of one topic and one of none."""
    client = boto3.client("s3")
    for bucket in ("raw", "artifacts"):
        client.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": "eu-central-1"})
    table = boto3.resource("dynamodb").create_table(
        TableName="topics",
        KeySchema=[{"AttributeName": "words", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "words", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    for name in ("a", "b", "c", "d"):
        client.put_object(Bucket="raw", Key=f"notes/{name}", Body=name.encode())
    for name in ("a", "b", "c"):
        table.put_item(Item={"words": name, "topic": "sea", "beside": "the point"})
    env = DataPrepVariables(
        domain="notes",
        raw_bucket="raw",
        artifacts_bucket="artifacts",
        labels_table="topics",
        data=Notes(prefix="notes/", text_column="words"),
    )
    for name, value in env.variables().items():
        monkeypatch.setenv(name, value)
    handler.variables.cache_clear()
    return client


def environment(**data: Any) -> DataPrepVariables:
    return DataPrepVariables(domain="notes", raw_bucket="raw", artifacts_bucket="artifacts", data=data)


def test_a_kind_that_nobody_registered_is_named() -> None:
    with pytest.raises(
        ValidationError, match="'notes'; known kinds are boxes, labelled_images, sensor_zones, telemetry"
    ):
        environment(kind="notes", prefix="")


@pytest.mark.parametrize("data", [{}, {"kind": None}, {"kind": ["notes"]}])
def test_data_without_a_kind_is_refused(data: dict[str, Any]) -> None:
    with pytest.raises(ValidationError, match="known kinds are"):
        environment(**data)


def test_a_fault_in_a_registered_kinds_spec_is_named(registered: None) -> None:
    with pytest.raises(ValidationError, match="prefix: .*'notes'"):
        environment(kind="notes", prefix="notes")


def test_its_label_table_is_asked_for(registered: None) -> None:
    with pytest.raises(ValidationError, match="data of kind notes need LABELS_TABLE"):
        environment(kind="notes", prefix="")


def test_it_has_no_batches(s3: Any, context: Any) -> None:
    with pytest.raises(PayloadError, match="kind notes is prepared in one call.*use the action `prepare`"):
        handler.lambda_handler({"run": "r", "action": "list"}, context)


def test_it_is_prepared_published_and_found_again(s3: Any, context: Any) -> None:
    result = handler.lambda_handler({"run": "r"}, context)

    folder = f"datasets/notes/{result['version']}/"
    written = {
        entry["Key"]: s3.get_object(Bucket="artifacts", Key=entry["Key"])["Body"].read()
        for entry in s3.list_objects_v2(Bucket="artifacts")["Contents"]
    }
    summary = DatasetSummary.model_validate_json(written[f"{folder}dataset.json"])
    assert {written[f"{folder}notes/{name}"] for name in "abc"} == {b"a", b"b", b"c"}
    assert (result["items"], result["quarantined"]) == (3, 1)
    assert summary.counts == {split: {"sea": 1} for split in SPLITS}
    assert json.loads(written["quarantine/notes/d.json"])["reason"] == "no_topic"
    assert [one["ChannelName"] for one in result["channels"]] == ["dataset", "notes"]
    assert handler.lambda_handler({"run": "r", "reuse_latest": True}, context) == result


def test_its_files_are_part_of_its_version(s3: Any, context: Any) -> None:
    before = handler.lambda_handler({"run": "r"}, context)
    s3.put_object(Bucket="raw", Key="notes/a", Body=b"another text")

    assert handler.lambda_handler({"run": "r"}, context)["version"] != before["version"]
