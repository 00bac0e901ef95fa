"""Rows of boxes and their pictures: what is taken, and what is quarantined with which reason."""

import json
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from inference.contracts import DatasetSummary, Split
from inference.contracts.boxes_item import BoxedItem
from lambdas.data_prep.boxes.labels import match, seen
from lambdas.data_prep.boxes.pictures import BoxedPicture, Candidate
from lambdas.data_prep.boxes.prepare import prepare
from lambdas.data_prep.boxes.spec import Boxes
from lambdas.data_prep.folder_bucket import FolderBucket
from lambdas.data_prep.inputs import Inputs
from lambdas.data_prep.pictures.inspection import inspect
from lambdas.data_prep.pictures.look import Look
from lambdas.data_prep.publish import publish
from lambdas.data_prep.quarantine import Rejection
from tests.contract.domains.toys import boxes as toy

DEER = Boxes(prefix="deer/", classes=("deer",))
BOX = {"label": "deer", "x": 10, "y": 20, "width": 60, "height": 40}


def outcome(boxes: Any, width: int = 320, height: int = 240) -> Any:
    """The reason of the quarantine, or the boxes that were taken."""
    text = boxes if isinstance(boxes, str) or boxes is None else json.dumps(boxes)
    found, rejected = match([{"imageName": "a.jpg", "boxes": text, "camera": "c"}], {"a.jpg": 9}, DEER)
    if rejected:
        return rejected[0].reason
    picture = seen(found[0], Look("d" * 64, "0" * 64, width, height), DEER)
    return picture.reason if isinstance(picture, Rejection) else picture.boxes


@pytest.mark.parametrize(
    ("boxes", "reason"),
    [
        (None, "invalid_label"),
        ("", "invalid_label"),
        ("[", "invalid_label"),
        ('[{"label": "deer", "x": NaN, "y": 1, "width": 2, "height": 3}]', "invalid_label"),
        ('[{"label": "deer", "x": 1e999, "y": 1, "width": 2, "height": 3}]', "invalid_label"),
        ("{}", "invalid_box"),
        ("null", "invalid_box"),
        ([[1, 2, 3, 4]], "invalid_box"),
        ([{**BOX, "width": 0}], "invalid_box"),
        ([{**BOX, "height": -4}], "invalid_box"),
        ([{**BOX, "x": -3}], "invalid_box"),
        ([{**BOX, "colour": "brown"}], "invalid_box"),
        ([{**BOX, "label": ""}], "invalid_box"),
        ([BOX] * 101, "invalid_box"),
        ([{**BOX, "label": "dog"}], "unknown_class"),
        ([{**BOX, "x": 270}], "box_outside"),
        ([{**BOX, "y": 5000}], "box_outside"),
        ([{**BOX, "x": 320, "width": 1}], "box_outside"),
    ],
)
def test_what_is_no_box_of_the_picture_is_quarantined_with_its_reason(boxes: Any, reason: str) -> None:
    assert outcome(boxes) == reason


def test_no_boxes_are_a_picture_of_nothing() -> None:
    assert outcome([]) == ()


def test_what_a_rounding_let_stand_out_is_cut_off() -> None:
    (box,) = outcome([{**BOX, "x": -0.5, "y": 0, "width": 320.9, "height": 240.5}])
    assert (box.x, box.y, box.width, box.height) == (0, 0, 320, 240)


def test_rows_and_pictures_that_have_no_other_half_are_named() -> None:
    rows: list[dict[str, Any]] = [
        {"boxes": "[]"},
        {"imageName": "deer/gone.jpg", "boxes": "[]"},
        {"imageName": "notes.txt", "boxes": "[]"},
        {"imageName": "../up.jpg", "boxes": "[]"},
        {"imageName": "empty.jpg", "boxes": "[]"},
        {"imageName": "twice.jpg", "boxes": "[]", "camera": 3, "event": 14},
        {"imageName": "deer/twice.jpg", "boxes": json.dumps([BOX])},
    ]
    sizes = {"notes.txt": 9, "../up.jpg": 9, "empty.jpg": 0, "twice.jpg": 9, "left.jpg": 9}
    found, rejected = match(rows, sizes, DEER)
    assert found == [Candidate("twice.jpg", (), "3", "14", False)]
    assert [one.reason for one in rejected] == [
        "invalid_label",
        "missing",
        "unsupported_file",
        "unsupported_file",
        "empty",
        "conflicting_labels",
        "unlabelled",
    ]


@pytest.mark.parametrize(("orientation", "size"), [(1, (64, 32)), (3, (64, 32)), (6, (32, 64)), (8, (32, 64))])
def test_sizes_are_of_the_upright_picture(orientation: int, size: tuple[int, int]) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation  # https://exiftool.org/TagNames/EXIF.html: Orientation
    stream = BytesIO()
    Image.new("RGB", (64, 32)).save(stream, "JPEG", exif=exif)
    look = inspect("a.jpg", stream.getvalue(), 50)
    assert isinstance(look, Look)
    assert (look.width, look.height) == size


class Rows:
    """Stands for the label table."""

    name = "labels"

    def __init__(self, rows: list[dict[str, Any]]) -> None:
        self._rows = rows

    def rows(self) -> list[dict[str, Any]]:
        return self._rows


def test_a_folder_of_pictures_becomes_a_version_and_what_is_broken_costs_itself_only(tmp_path: Path) -> None:
    objects, rows = toy.make(DEER)
    raw, artifacts = FolderBucket(tmp_path / "raw"), FolderBucket(tmp_path / "artifacts")
    for key, body in objects.items():
        raw.write(key, body)
    broken, outside = rows[3], rows[4]
    raw.write(f"deer/{broken['imageName']}", b"\xff\xd8 no picture")
    outside["boxes"] = json.dumps([{**BOX, "x": 90}])
    labels: Any = Rows(list(rows))
    inputs = Inputs("deer", "run", DEER, raw, artifacts, labels, lambda: 1 << 40)
    result = publish("deer", DEER, prepare(inputs), artifacts)
    assert result == publish("deer", DEER, prepare(inputs), artifacts)
    summary = DatasetSummary.model_validate_json(artifacts.read(f"datasets/deer/{result.version}/dataset.json") or b"")
    assert summary.quarantined == {"box_outside": 1, "undecodable": 1}
    assert summary.examples["box_outside"] == (outside["imageName"],)
    manifest = artifacts.read(f"datasets/deer/{result.version}/manifest.jsonl") or b""
    items = [BoxedItem.model_validate_json(line) for line in manifest.splitlines()]
    assert result.items == len(items) == len(rows) - 2
    assert {(item.width, item.height, len(item.boxes)) for item in items} == {(96, 96, 0), (96, 96, 1)}
    assert {item.split for item in items} == {Split.TRAIN, Split.VALIDATION, Split.TEST}
    assert [channel["ChannelName"] for channel in result.channels] == ["dataset", "images"]


def test_a_picture_counts_as_seen_only_with_its_boxes_inside() -> None:
    candidate = Candidate("a.jpg", (), "c", "e", True)
    picture = seen(candidate, Look("d" * 64, "0" * 64, 10, 20), DEER)
    assert picture == BoxedPicture("a.jpg", (), "c", "e", True, "d" * 64, "0" * 64, 10, 20)
