"""Pictures with boxes: what stays together, what is too little, what is counted and warned of."""

import json
from typing import Any

import pytest
from pydantic import ValidationError

from inference.contracts import Item, Split
from inference.contracts.boxes import LabelledBox
from inference.contracts.boxes_item import EMPTY
from lambdas.data_prep.boxes.pictures import BoxedPicture
from lambdas.data_prep.boxes.spec import Boxes
from lambdas.data_prep.boxes.statistics import STATISTICS
from lambdas.data_prep.dataset_files import render
from lambdas.data_prep.errors import DataError
from tests.unit.forest import DEER, DEER_BOX, forest, picture, prepared, reviewed


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"classes": ()}, "at least 1"),
        ({"classes": ("deer", "deer")}, "classes repeat"),
        ({"classes": ("deer", EMPTY)}, "'empty' is no class"),
        ({"event_column": "camera"}, "columns repeat"),
        ({"reviewed_share": 1.0}, "less than 1"),
        ({"reviewed_share": 0.7, "reviewed_validation": 0.3}, "below 1 together"),
        ({"split_ratio": "0.7,0.2,0.2"}, "sum to one"),
    ],
)
def test_a_specification_that_cannot_work_is_refused(changes: dict[str, Any], fault: str) -> None:
    with pytest.raises(ValidationError, match=fault):
        Boxes(**{**DEER.model_dump(), **changes})


def test_pictures_without_an_event_that_follow_each_other_are_one_group() -> None:
    burst = [
        picture("c00", "", n, DEER_BOX, path=f"any/{folder}/{1760000000000 + 5000 * n}.jpg")
        for n, folder in enumerate("abc")
    ]
    groups = {item.path: item.group for item in prepared([*forest(), *burst]).items}
    assert len({groups[one.path] for one in burst}) == 1


def test_a_scaled_copy_is_in_the_same_split_and_an_equal_view_without_it_is_not_held_to_it() -> None:
    look = "ab" * 32
    one, copy = picture("c00", "e0", 7, DEER_BOX), picture("c03", "e9", 7)
    half = LabelledBox(label="deer", x=5, y=10, width=30, height=20)
    elsewhere = LabelledBox(label="deer", x=200, y=20, width=60, height=40)
    scaled = copy._replace(boxes=(half,), width=160, height=120)
    pictures = [*forest(), one._replace(perceptual_hash=look)]
    together = prepared([*pictures, scaled._replace(perceptual_hash=look)])
    splits = {item.path: item.group for item in together.items}
    assert splits[one.path] == splits[copy.path]
    for boxes in ((), (elsewhere,)):
        apart = prepared([*pictures, copy._replace(boxes=boxes, perceptual_hash=look)])
        splits = {item.path: item.group for item in apart.items}
        assert splits[one.path] != splits[copy.path]


def test_copies_with_other_boxes_are_quarantined_and_others_counted() -> None:
    copy = picture("c00", "e0", 50, DEER_BOX, digest="d" * 64)
    dataset = prepared([*forest(), copy, copy._replace(path="z.jpg")])
    assert (dataset.duplicates, dataset.examples["duplicates"]) == (1, ("z.jpg",))
    dataset = prepared([*forest(), copy, copy._replace(path="z.jpg", boxes=())])
    assert [(one.item, one.reason) for one in dataset.rejections] == [
        ("c00/e0/50.jpg", "conflicting_labels"),
        ("z.jpg", "conflicting_labels"),
    ]


@pytest.mark.parametrize(
    ("pictures", "fault"),
    [
        (forest(cameras=1, events=2), "too few to split.*'deer' in"),
        ([one for one in forest() if one.boxes], r"without a box in train \(0, at least 1\)"),
        ([one for one in forest() if not one.boxes], r"'deer' in train \(0, at least 1\), with a box of 'deer' in val"),
    ],
)
def test_too_little_is_refused_with_what_lacks(pictures: list[BoxedPicture], fault: str) -> None:
    with pytest.raises(DataError, match=fault):
        prepared(pictures)


def test_findings_warn_of_what_weakens_the_test() -> None:
    tiny = LabelledBox(label="deer", x=0, y=0, width=5, height=5)
    pictures = [one for one in forest(cameras=2, events=30) if one.boxes]
    unknown = picture("", "", 1, tiny, path="somewhere.jpg")
    dataset = prepared([*pictures, unknown], least_empties=0)
    found = {one.kind: one.count for one in dataset.findings}
    assert found == {"few_cameras": 121, "unknown_camera": 1, "no_empties": 121, "tiny_boxes": 1}
    assert prepared(forest()).findings == []


def test_a_version_counts_empties_and_lists_its_pictures() -> None:
    dataset = prepared([*forest(), *reviewed(40)], calibration=0.2)
    summary = render("deer", dataset).summary
    assert list(summary.counts) == [split.value for split in Split]
    assert sum(sum(counts.values()) for counts in summary.counts.values()) == len(dataset.items) == 4 * 12 * 3 + 40
    assert all(counts["deer"] and counts[EMPTY] for counts in summary.counts.values())
    assert Split.REVIEWED not in render("deer", prepared(forest())).summary.counts
    prefix, *paths = json.loads(dataset.listings["images.manifest"])
    assert prefix == {"prefix": "s3://raw/deer/"}
    assert paths == [item.path for item in dataset.items]
    found = json.loads(dataset.listings[STATISTICS])
    assert found["cameras"]["c01"]["boxes"] == {"deer": 24}
    assert found["splits"]["test"]["empty"] == summary.counts[Split.TEST][EMPTY]


def test_the_label_is_the_class_of_the_largest_box() -> None:
    small = LabelledBox(label="boar", x=0, y=0, width=9, height=9)
    dataset = prepared([*forest(), picture("c00", "e0", 9, small, DEER_BOX)])
    item: Item = next(one for one in dataset.items if one.path.endswith("e0/9.jpg") and one.path.startswith("c00"))
    assert item.label == "deer"
