"""Pictures with boxes: what stays together, what is set aside, and that reviews never move a test item."""

import json
from hashlib import sha256
from typing import Any

import pytest
from pydantic import ValidationError

from inference.contracts import SPLITS, Item, Split
from inference.contracts.boxes import LabelledBox
from inference.contracts.boxes_item import EMPTY, BoxedItem
from lambdas.data_prep.boxes.dataset import assemble
from lambdas.data_prep.boxes.pictures import BoxedPicture
from lambdas.data_prep.boxes.spec import Boxes
from lambdas.data_prep.boxes.statistics import STATISTICS
from lambdas.data_prep.dataset_files import Dataset, render
from lambdas.data_prep.errors import DataError

DEER = Boxes(prefix="deer/", classes=("deer",))
DEER_BOX = LabelledBox(label="deer", x=10, y=20, width=60, height=40)


def picture(camera: str, event: str, number: int, *boxes: LabelledBox, **changes: Any) -> BoxedPicture:
    path = f"{camera}/{event}/{number}.jpg"
    digest = sha256(path.encode()).hexdigest()
    return BoxedPicture(path, boxes, camera, event, False, digest, digest, 320, 240)._replace(**changes)


def forest(cameras: int = 4, events: int = 12) -> list[BoxedPicture]:
    """Each event has two pictures of deer and one of nothing."""
    return [
        picture(f"c{c:02}", f"e{e}", n, *([DEER_BOX] if n else []))
        for c in range(cameras)
        for e in range(events)
        for n in range(3)
    ]


def reviewed(count: int, camera: str = "c00", first: int = 0) -> list[BoxedPicture]:
    """Every second one shows nothing; two an event."""
    return [
        picture(camera, f"burst{first + n // 2}", n, *([DEER_BOX] if n % 2 else []))._replace(
            path=f"reviewed/{camera}-{first + n}.jpg", reviewed=True
        )
        for n in range(count)
    ]


def prepared(pictures: list[BoxedPicture], **changes: Any) -> Dataset:
    return assemble(pictures, [], DEER.model_copy(update=changes), "raw")


def of(dataset: Dataset, split: Split) -> list[BoxedItem]:
    return [item for item in dataset.items if isinstance(item, BoxedItem) and item.split is split]


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"classes": ()}, "at least 1"),
        ({"classes": ("deer", "deer")}, "classes repeat"),
        ({"classes": ("deer", EMPTY)}, "'empty' is no class"),
        ({"event_column": "camera"}, "columns repeat"),
        ({"reviewed_share": 1.0}, "less than 1"),
        ({"split_ratio": "0.7,0.2,0.2"}, "sum to one"),
    ],
)
def test_a_specification_that_cannot_work_is_refused(changes: dict[str, Any], fault: str) -> None:
    with pytest.raises(ValidationError, match=fault):
        Boxes(**{**DEER.model_dump(), **changes})


def test_200_reviewed_pictures_leave_the_test_split_as_it_was() -> None:
    before = prepared(forest())
    after = prepared([*forest(), *reviewed(150), *reviewed(50, "new camera", 150)])
    for split in (Split.TEST, Split.VALIDATION):
        assert of(after, split) == of(before, split)
    assert render("deer", after).summary.test_split == render("deer", before).summary.test_split
    assert len(after.items) - len(before.items) == 200
    came = {item.path: item.split for item in after.items if item.path.startswith("reviewed/")}
    assert set(came.values()) == {Split.TRAIN, Split.REVIEWED}
    assert 0.15 < sum(split is Split.REVIEWED for split in came.values()) / 200 < 0.45


def test_more_reviews_move_none_that_came_before() -> None:
    before = {item.path: item.split for item in prepared([*forest(), *reviewed(60)]).items}
    after = {item.path: item.split for item in prepared([*forest(), *reviewed(200)]).items}
    assert before.items() <= after.items()


def test_no_group_straddles_a_split() -> None:
    pictures = [*forest(), *reviewed(200)]
    groups = {(item.group, item.split) for item in prepared(pictures).items}
    assert len(groups) == len({group for group, _ in groups}) == 4 * 12 + 100


def test_reviews_of_an_event_that_is_tested_are_never_trained_on() -> None:
    tested = {item.path.rsplit("/", 1)[0] for item in of(prepared(forest()), Split.TEST)}
    again = [
        one._replace(path=f"reviewed/{n}.jpg", reviewed=True, digest=f"{n:064}", perceptual_hash=f"{n:032}" * 2)
        for n, one in enumerate(forest())
    ]
    items = {item.path: item for item in prepared([*forest(), *again]).items}
    for one in again:
        place = f"{one.camera}/{one.event}"
        split = items[one.path].split if one.path in items else None
        assert split is not Split.TRAIN if place in tested else split in (Split.TRAIN, Split.REVIEWED)


def test_an_event_that_was_trained_on_does_not_judge() -> None:
    trained = of(prepared(forest()), Split.TRAIN)[0]
    event = trained.path.split("/")[1]
    again = picture(trained.camera, event, 99, DEER_BOX, path="reviewed/again.jpg", reviewed=True)
    items = {item.path: item for item in prepared([*forest(), again], reviewed_share=0.99).items}
    assert items["reviewed/again.jpg"].split is Split.TRAIN


def test_a_review_of_a_known_picture_corrects_its_boxes_and_keeps_the_test_split() -> None:
    before = prepared(forest())
    one = next(item for item in of(before, Split.TEST) if item.boxes)
    wrong = next(two for two in forest() if two.path == one.path)
    right = wrong._replace(path="reviewed/1.jpg", reviewed=True, boxes=())
    after = prepared([*forest(), right])
    corrected = next(item for item in of(after, Split.TEST) if item.path == one.path)
    assert (corrected.label, corrected.boxes, corrected.reviewed) == (EMPTY, (), True)
    assert render("deer", after).summary.test_split == render("deer", before).summary.test_split
    assert render("deer", after).version != render("deer", before).version
    assert (after.duplicates, len(after.items)) == (1, len(before.items))


def test_many_cameras_are_split_whole_and_those_that_judge_teach_nothing() -> None:
    pictures = forest(cameras=24, events=3)
    splits = {(item.camera, item.split) for item in prepared(pictures).items if isinstance(item, BoxedItem)}
    assert len(splits) == 24
    assert {split for _, split in splits} == set(SPLITS)
    judging = [camera for camera, split in sorted(splits) if split is not Split.TRAIN]
    after = prepared([*pictures, *[one for camera in judging for one in reviewed(40, camera)]])
    came = {item.split for item in after.items if item.path.startswith("reviewed/")}
    assert came == {Split.REVIEWED}


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
