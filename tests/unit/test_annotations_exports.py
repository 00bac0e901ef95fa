"""Dataset versions in other programs' formats: what goes out comes back."""

import csv
import json

import pytest

from inference.contracts import DatasetSummary, Item, Split
from inference.contracts.annotations import (
    AnnotationsError,
    export,
    picture_path,
    read_coco,
    read_manifest,
)
from inference.contracts.boxes import LabelledBox
from inference.contracts.boxes_item import BoxedItem

SUMMARY = DatasetSummary(domain="deer", version="0123456789abcdef", classes=("deer", "boar"), counts={}, duplicates=0)
DEER = LabelledBox(label="deer", x=10.5, y=20, width=60, height=40)
BOAR = LabelledBox(label="boar", x=0, y=0, width=320, height=240)


def item(path: str, split: Split, *boxes: LabelledBox) -> BoxedItem:
    camera, event, _ = path.split("/")
    return BoxedItem(
        path=path,
        label=boxes[0].label if boxes else "empty",
        split=split,
        group=f"{camera}/{event}",
        width=320,
        height=240,
        boxes=boxes,
        camera=camera,
    )


ITEMS = [
    item("c1/e1/a.jpg", Split.TRAIN, DEER, BOAR),
    item("c1/e1/b.jpg", Split.TRAIN),
    item("c2/e7/a.jpg", Split.TEST, DEER),
    item("c3/e9/a.jpg", Split.REVIEWED, BOAR),
]


def test_coco_comes_back_as_it_went_out() -> None:
    files = export("coco", SUMMARY, ITEMS)
    assert set(files) == {"annotations.json", "train.json", "test.json", "reviewed.json"}
    back = {one.path: one for one in read_coco(files["annotations.json"])}
    assert list(back) == [one.path for one in ITEMS]
    for one in ITEMS:
        row = back[one.path].row(320, 240)
        assert [LabelledBox(**box) for box in json.loads(row.boxes)] == list(one.boxes)
        assert (row.camera, row.event) == (one.camera, one.group)
    assert [one.path for one in read_coco(files["test.json"])] == ["c2/e7/a.jpg"]


def test_coco_is_what_its_own_tools_read() -> None:
    """pycocotools' index; members by https://cocodataset.org/#format-data."""
    content = json.loads(export("coco", SUMMARY, ITEMS)["annotations.json"])
    assert content["categories"] == [{"id": 1, "name": "deer"}, {"id": 2, "name": "boar"}]
    first = content["annotations"][0]
    assert {name: first[name] for name in ("id", "image_id", "category_id", "bbox", "area", "iscrowd")} == {
        "id": 1,
        "image_id": 1,
        "category_id": 1,
        "bbox": [10.5, 20.0, 60.0, 40.0],
        "area": 2400.0,
        "iscrowd": 0,
    }


def test_yolo_has_a_file_a_picture_beside_its_folder_of_pictures() -> None:
    files = export("yolo", SUMMARY, ITEMS)
    pictures = [picture_path("yolo", one) for one in ITEMS]
    labels = [name.replace("images/", "labels/", 1).removesuffix(".jpg") + ".txt" for name in pictures]
    assert set(files) == {"data.yaml", *labels}
    assert files["labels/train/c1/e1/b.txt"] == b""
    number, *parts = files["labels/test/c2/e7/a.txt"].split()
    x, y, width, height = (float(part) for part in parts)
    assert number == b"0"
    assert [320 * (x - width / 2), 240 * (y - height / 2), 320 * width, 240 * height] == pytest.approx(
        [10.5, 20, 60, 40], abs=1e-3
    )
    lines = files["data.yaml"].decode().splitlines()
    assert lines[2:] == [
        "path: .",
        "train: images/train",
        "test: images/test",
        "reviewed: images/reviewed",
        "names:",
        '  0: "deer"',
        '  1: "boar"',
    ]


def test_pictures_that_yolo_cannot_tell_apart_are_refused() -> None:
    twins = [item("c1/e1/a.jpg", Split.TRAIN), item("c1/e1/a.jpeg", Split.TRAIN)]
    with pytest.raises(AnnotationsError, match=r"a\.jpeg and another picture"):
        export("yolo", SUMMARY, twins)


def test_a_table_has_a_row_a_box_and_one_of_a_picture_without() -> None:
    table = export("csv", SUMMARY, ITEMS)["annotations.csv"].decode()
    rows = list(csv.DictReader(table.splitlines()))
    assert [(row["path"], row["label"]) for row in rows] == [
        ("c1/e1/a.jpg", "deer"),
        ("c1/e1/a.jpg", "boar"),
        ("c1/e1/b.jpg", ""),
        ("c2/e7/a.jpg", "deer"),
        ("c3/e9/a.jpg", "boar"),
    ]
    assert {name: rows[0][name] for name in ("split", "camera", "x", "width", "picture_width")} == {
        "split": "train",
        "camera": "c1",
        "x": "10.5",
        "width": "60.0",
        "picture_width": "320",
    }


def test_labelled_pictures_are_exported_as_a_table_only() -> None:
    cat = Item(path='say "cat", twice.jpg', label="Cat", split=Split.TEST, group="g")
    (row,) = csv.DictReader(export("csv", SUMMARY, [cat])["annotations.csv"].decode().splitlines())
    assert row == {"path": 'say "cat", twice.jpg', "label": "Cat", "split": "test", "group": "g"}
    with pytest.raises(AnnotationsError, match="ask for csv"):
        export("coco", SUMMARY, [cat])


def test_a_manifest_is_read_as_what_it_is() -> None:
    cat = Item(path="a.jpg", label="Cat", split=Split.TEST, group="g")
    for items in (ITEMS, [cat]):
        assert read_manifest("".join(f"{one.model_dump_json()}\n" for one in items).encode()) == items
    with pytest.raises(AnnotationsError, match="not of pictures"):
        read_manifest(cat.model_dump_json().replace('"label"', '"rows": 7, "label"').encode())
