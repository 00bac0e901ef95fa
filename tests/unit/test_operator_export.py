"""Exporting a dataset version: annotations, pictures and what a training job elsewhere needs."""

import json
from pathlib import Path
from typing import Any

import boto3
import pytest

from clients.operator.__main__ import main
from inference.contracts import DatasetSummary, Item, Split
from inference.contracts.annotations import read_coco
from inference.contracts.boxes import LabelledBox
from inference.contracts.boxes_item import BoxedItem

VERSION = "0123456789abcdef"
DEER = LabelledBox(label="deer", x=1, y=2, width=3, height=4)
PLACE = {"group": "c/e", "width": 40, "height": 24, "camera": "c"}
BOXED = [
    BoxedItem(path="c/e/a.jpg", label="deer", split=Split.TRAIN, boxes=(DEER,), **PLACE),
    BoxedItem(path="c/e/b.jpg", label="empty", split=Split.TEST, boxes=(), **PLACE),
]


def publish(items: list[Any], version: str = VERSION) -> None:
    summary = DatasetSummary(domain="deer", version=version, classes=("deer",), counts={}, duplicates=0)
    home = f"datasets/deer/{version}/"
    files = {
        f"{home}manifest.jsonl": "".join(f"{item.model_dump_json()}\n" for item in items),
        f"{home}dataset.json": summary.model_dump_json(),
        f"{home}images.manifest": json.dumps([{"prefix": "s3://raw/deer/"}, *(item.path for item in items)]),
        "datasets/deer/latest.json": json.dumps({"version": version, "uri": f"s3://artifacts/{home}"}),
    }
    for key, text in files.items():
        boto3.client("s3").put_object(Bucket="artifacts", Key=key, Body=text.encode())


@pytest.fixture
def deployed(aws: None) -> Any:
    """The stack of `vigil-deer`, one dataset version with its pictures, and no champion yet. The S3 client."""
    s3, dynamodb = boto3.client("s3"), boto3.client("dynamodb")
    for bucket in ("raw", "artifacts"):
        s3.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": "eu-central-1"})
    dynamodb.create_table(
        TableName="releases",
        KeySchema=[{"AttributeName": "domain", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "domain", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    outputs = {
        "RawBucket": "raw",
        "RawPrefix": "deer/",
        "LatestDataset": "s3://artifacts/datasets/deer/latest.json",
        "ReleasesTable": "releases",
        "TriggerFunction": "vigil-deer-trigger-training",
    }
    template = {
        "Resources": {"Topic": {"Type": "AWS::SNS::Topic"}},
        "Outputs": {key: {"Value": value} for key, value in outputs.items()},
    }
    boto3.client("cloudformation").create_stack(StackName="deer", TemplateBody=json.dumps(template))
    for item in BOXED:
        s3.put_object(Bucket="raw", Key=f"deer/{item.path}", Body=item.path.encode())
    publish(BOXED)
    return s3


def files(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def test_coco_and_pictures_and_the_channels_of_a_job(deployed, tmp_path, capsys) -> None:
    assert main(["export", "deer", "--out", str(tmp_path)]) == 0
    assert files(tmp_path) == {
        *("annotations.json", "train.json", "test.json"),
        *("dataset/manifest.jsonl", "dataset/dataset.json", "dataset/images.manifest"),
        *("images/c/e/a.jpg", "images/c/e/b.jpg"),
    }
    assert (tmp_path / "images/c/e/a.jpg").read_bytes() == b"c/e/a.jpg"
    assert [len(one.boxes) for one in read_coco((tmp_path / "annotations.json").read_bytes())] == [1, 0]
    assert f"dataset version {VERSION}: 2 pictures" in capsys.readouterr().out


def test_yolo_has_its_pictures_by_split(deployed, tmp_path) -> None:
    assert main(["export", "deer", "--format", "yolo", "--out", str(tmp_path)]) == 0
    assert {"data.yaml", "labels/train/c/e/a.txt", "images/train/c/e/a.jpg", "images/test/c/e/b.jpg"} < files(tmp_path)


def test_an_older_version_is_asked_for_by_name(deployed, tmp_path, capsys) -> None:
    publish(BOXED[:1], "f" * 16)
    assert main(["export", "deer", "--version", VERSION, "--format", "csv", "--out", str(tmp_path)]) == 0
    assert (tmp_path / "annotations.csv").read_text().count("\n") == 3
    assert main(["export", "deer", "--version", "e" * 16, "--out", str(tmp_path)]) == 1
    assert "has no dataset version eeee" in capsys.readouterr().err
    assert main(["export", "deer", "--version", "../..", "--out", str(tmp_path)]) == 1
    assert "16 hexadecimal digits" in capsys.readouterr().err


def test_the_champion_comes_along_to_be_compared_with(deployed, tmp_path) -> None:
    deployed.put_object(Bucket="artifacts", Key="runs/deer/r/output/model.tar.gz", Body=b"package")
    champion = {"model_data_url": {"S": "s3://artifacts/runs/deer/r/output/model.tar.gz"}}
    item = {"domain": {"S": "deer"}, "champion": {"M": {**champion, "manifest_sha256": {"S": "abc"}}}}
    boto3.client("dynamodb").put_item(TableName="releases", Item=item)
    assert main(["export", "deer", "--out", str(tmp_path)]) == 0
    assert (tmp_path / "champion/model.tar.gz").read_bytes() == b"package"
    assert json.loads((tmp_path / "job.json").read_bytes())["environment"] == {
        "CHAMPION_MODEL_DATA_URL": "s3://artifacts/runs/deer/r/output/model.tar.gz",
        "CHAMPION_MANIFEST_SHA256": "abc",
    }


def test_pictures_that_are_gone_are_named_and_those_that_are_there_are_not_fetched_again(
    deployed, tmp_path, capsys
) -> None:
    main(["export", "deer", "--out", str(tmp_path)])
    kept = tmp_path / "images/c/e/a.jpg"
    kept.write_bytes(b"#" * kept.stat().st_size)
    deployed.delete_object(Bucket="raw", Key="deer/c/e/b.jpg")
    assert main(["export", "deer", "--out", str(tmp_path)]) == 3
    assert "gone: s3://raw/deer/c/e/b.jpg" in capsys.readouterr().err
    assert kept.read_bytes().startswith(b"#")


def test_what_cannot_be_exported_is_told(deployed, tmp_path, capsys) -> None:
    publish([Item(path="a.jpg", label="deer", split=Split.TEST, group="g")], "a" * 16)
    assert main(["export", "deer", "--out", str(tmp_path)]) == 1
    assert "ask for csv" in capsys.readouterr().err
    assert main(["export", "cats", "--out", str(tmp_path)]) == 1
    assert "no stack here is that of vigil-cats" in capsys.readouterr().err
    deployed.delete_object(Bucket="artifacts", Key="datasets/deer/latest.json")
    assert main(["export", "deer", "--out", str(tmp_path)]) == 1
    assert "has no dataset version yet" in capsys.readouterr().err
