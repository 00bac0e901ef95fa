"""Dataset versions and their exports, through the API."""

import json
from io import BytesIO
from typing import Any
from urllib.parse import parse_qs, urlsplit
from zipfile import ZipFile

import boto3
import pytest

from inference.contracts.annotations import read_coco
from inference.contracts.boxes import LabelledBox
from inference.contracts.boxes_item import BoxedItem
from inference.contracts.dataset import Item, Split
from lambdas.common.artifacts import dataset_folder, exported_dataset, latest_dataset
from lambdas.data_prep.dataset_files import Dataset, render
from lambdas.review_api import datasets
from tests.unit.review_api_harness import BUCKET, Ask

DEER = LabelledBox(label="deer", x=1, y=2, width=30, height=40)


def publish(domain: str, classes: tuple[str, ...], *items: Item) -> str:
    """Its version."""
    s3 = boto3.client("s3")
    rendered = render(domain, Dataset(classes=classes, items=items, rejections=[], duplicates=0, undersampled={}))
    for name, body in rendered.files.items():
        s3.put_object(Bucket=BUCKET, Key=f"{dataset_folder(domain, rendered.version)}{name}", Body=body)
    s3.put_object(Bucket=BUCKET, Key=latest_dataset(domain), Body=json.dumps({"version": rendered.version}).encode())
    return rendered.version


def picture(name: str, split: Split, *boxes: LabelledBox) -> BoxedItem:
    label = boxes[0].label if boxes else "empty"
    return BoxedItem(path=name, label=label, split=split, group=name, width=64, height=48, boxes=boxes, camera="c1")


@pytest.fixture(scope="module")
def version(reviews_memory: None) -> str:
    return publish("deer", ("deer", "empty"), picture("a.jpg", Split.TRAIN, DEER), picture("b.jpg", Split.TEST))


def downloaded(url: str) -> dict[str, bytes]:
    """What the URL is of, from the bucket in memory."""
    key = urlsplit(url).path.lstrip("/").removeprefix(f"{BUCKET}/")
    body = boto3.client("s3").get_object(Bucket=BUCKET, Key=key)["Body"].read()
    with ZipFile(BytesIO(body)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_versions_are_listed_with_what_is_in_them(ask: Ask, version: str) -> None:
    older = publish("listed", ("deer", "empty"), picture("a.jpg", Split.TRAIN, DEER))
    newer = publish("listed", ("deer", "empty"), picture("a.jpg", Split.TRAIN), picture("b.jpg", Split.TEST, DEER))
    found = ask("GET", "/datasets/listed").body
    assert {one["version"] for one in found["versions"]} == {older, newer}
    (latest,) = (one for one in found["versions"] if one["latest"])
    assert (latest["version"], latest["items"], latest["counts"]["test"]) == (newer, 2, {"deer": 1, "empty": 0})
    assert [one["made"] for one in found["versions"]] == sorted(
        (one["made"] for one in found["versions"]), reverse=True
    )
    assert ask("GET", "/datasets/nothing").body == {"versions": [], "left_out": 0}


def test_an_export_is_annotations_behind_a_url_that_soon_ends(ask: Ask, version: str) -> None:
    found = ask("GET", f"/datasets/deer/{version}/export", format="coco").body
    files = downloaded(found["url"])
    assert [one.path for one in read_coco(files["annotations.json"])] == ["a.jpg", "b.jpg"]
    assert parse_qs(urlsplit(found["url"]).query)["X-Amz-Expires"] == ["300"] == [str(found["expires_in_s"])]
    assert found["file"] == f"deer-{version}.coco.zip"


@pytest.mark.parametrize(("form", "file"), [("yolo", "labels/train/a.txt"), ("csv", "annotations.csv")])
def test_other_formats_are_asked_for_by_name(ask: Ask, version: str, form: str, file: str) -> None:
    assert file in downloaded(ask("GET", f"/datasets/deer/{version}/export", format=form).body["url"])


def test_an_export_is_written_once(ask: Ask, version: str, monkeypatch: Any) -> None:
    first = ask("GET", f"/datasets/deer/{version}/export", format="yolo").body
    monkeypatch.setattr(datasets, "export", lambda *_: 1 / 0)
    again = ask("GET", f"/datasets/deer/{version}/export", format="yolo").body
    assert (again["size_bytes"], again["file"]) == (first["size_bytes"], first["file"])
    assert exported_dataset("deer", version, "yolo") == f"exports/deer/{version}.yolo.zip"


def test_the_same_files_are_the_same_bytes() -> None:
    assert datasets.zipped({"a": b"1", "b": b"2"}) == datasets.zipped({"b": b"2", "a": b"1"})


def test_a_large_version_is_for_the_command_line(ask: Ask, monkeypatch: Any) -> None:
    large = publish("large", ("deer", "empty"), picture("a.jpg", Split.TRAIN, DEER))
    monkeypatch.setattr(datasets, "LARGEST_MANIFEST", 10)
    found = ask("GET", f"/datasets/large/{large}/export")
    assert found.status == 413
    assert "python -m clients.operator export large" in found.body["error"]["message"]


def test_labels_without_boxes_are_exported_as_csv_alone(ask: Ask) -> None:
    labelled = publish("cats", ("tabby",), Item(path="a.jpg", label="tabby", split=Split.TRAIN, group="g"))
    assert ask("GET", f"/datasets/cats/{labelled}/export", format="coco").status == 422
    assert ask("GET", f"/datasets/cats/{labelled}/export", format="csv").status == 200


@pytest.mark.parametrize(
    ("path", "status"),
    [(f"/datasets/deer/{'0' * 16}/export", 404), ("/datasets/deer/latest/export", 422), ("/datasets/UP", 422)],
)
def test_what_there_is_not_is_told(ask: Ask, version: str, path: str, status: int) -> None:
    assert ask("GET", path).status == status
