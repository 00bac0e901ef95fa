"""Duplicates, undersampling and splits of data prep."""

from collections.abc import Iterable
from hashlib import sha256
from typing import Any

import pytest
from pydantic import ValidationError

from inference.contracts import SPLITS, Split
from lambdas.data_prep.clients import LabelTable
from lambdas.data_prep.dataset_files import render
from lambdas.data_prep.errors import DataError
from lambdas.data_prep.labelled_images.dataset import assemble
from lambdas.data_prep.labelled_images.duplicates import deduplicate
from lambdas.data_prep.labelled_images.labels import match
from lambdas.data_prep.labelled_images.pictures import Picture
from lambdas.data_prep.labelled_images.spec import LabelledImages
from lambdas.data_prep.splits import position, split_groups, undersample

SPEC = LabelledImages(prefix="p/", classes=("Cat", "NoCat"))


def picture(path: str, label: str = "Cat", digest: str | None = None, reviewed: bool = False) -> Picture:
    digest = path if digest is None else digest
    return Picture(path, label, reviewed, digest, sha256(digest.encode()).hexdigest())


def split_class(groups: Iterable[str], validation: float, test: float) -> dict[str, Split]:
    return split_groups({group: ["Cat"] for group in groups}, validation, test)


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"classes": ("Cat",)}, "at least 2"),
        ({"classes": ("Cat", "Cat")}, "classes repeat"),
        ({"at_most": {"Dog": 10}}, "at_most names 'Dog'"),
        ({"at_most": {"Cat": 2}}, "at least 3"),
        ({"prefix": "p"}, "prefix"),
        ({"test": 0.0}, "test"),
    ],
)
def test_a_specification_that_cannot_work_is_refused(changes: dict[str, Any], fault: str) -> None:
    with pytest.raises(ValidationError, match=fault):
        LabelledImages(**{"prefix": "p/", "classes": ("Cat", "NoCat"), **changes})


def test_copies_that_contradict_each_other_are_quarantined() -> None:
    kept, surplus, rejections = deduplicate([picture("b.jpg", "NoCat", "same"), picture("a.jpg", "Cat", "same")])
    assert (kept, surplus) == ([], [])
    assert [rejection.item for rejection in rejections] == ["a.jpg", "b.jpg"]
    assert "a.jpg: Cat, b.jpg: NoCat" in rejections[0].detail


def test_a_review_settles_a_contradiction() -> None:
    kept, surplus, rejections = deduplicate(
        [picture("b.jpg", "NoCat", "same", reviewed=True), picture("a.jpg", "Cat", "same")]
    )
    assert [(one.path, one.label) for one in kept] == [("a.jpg", "NoCat")]
    assert surplus == ["b.jpg"]
    assert rejections == []


def test_a_reviewed_label_wins_over_the_first_one() -> None:
    rows = [{"imageName": "p/1.jpeg", "label": "Cat", "reviewedLabel": "NoCat"}]
    candidates, rejections = match(rows, {"1.jpeg": 10}, SPEC)
    assert [(one.path, one.label, one.reviewed) for one in candidates] == [("1.jpeg", "NoCat", True)]
    assert rejections == []


@pytest.mark.parametrize("row", [{}, {"imageName": None}, {"imageName": 5, "label": "Cat"}, {"imageName": "a.jpg"}])
def test_a_malformed_row_is_named(row: dict[str, Any]) -> None:
    candidates, rejections = match([row], {"a.jpg": 10}, SPEC)
    assert candidates == []
    assert "invalid_label" in {rejection.reason for rejection in rejections}


def test_an_escaping_path_is_no_picture() -> None:
    _, rejections = match([{"imageName": "../secret.jpg", "label": "Cat"}], {"../secret.jpg": 10}, SPEC)
    assert [rejection.reason for rejection in rejections] == ["unsupported_file"]


def test_the_label_tables_columns_are_the_domains() -> None:
    spec = LabelledImages(**{**SPEC.model_dump(), "name_column": "file", "label_column": "cat", "review_column": "by"})
    rows = [{"file": "1.jpg", "cat": "Cat", "imageName": "2.jpg"}, {"file": "2.jpg", "cat": "Cat", "by": "NoCat"}, {}]
    candidates, rejections = match(rows, {"1.jpg": 10, "2.jpg": 10}, spec)
    assert [(one.path, one.label, one.reviewed) for one in candidates] == [
        ("1.jpg", "Cat", False),
        ("2.jpg", "NoCat", True),
    ]
    assert [rejection.detail for rejection in rejections] == ["the row has no file"]
    assert spec.labels_key == "file"


def test_columns_that_are_one_are_refused() -> None:
    with pytest.raises(ValidationError, match="columns repeat"):
        LabelledImages(prefix="p/", classes=("Cat", "NoCat"), review_column="label")


def test_a_version_that_exists_keeps_its_name() -> None:
    """Names that commit fef080b gave: models in the field point to them, and the gate counts attempts by the second."""
    pictures = [picture(f"{name}{number}.jpg", name) for name in SPEC.classes for number in range(20)]
    rendered = render("cats", assemble(pictures, [], SPEC, "raw"))
    assert (rendered.version, rendered.summary.test_split) == ("897b5863365d317a", "4f7ed1b9c77804fc")


def test_splits_come_near_their_shares_and_never_move() -> None:
    groups = [f"group{number}" for number in range(2_000)]
    before = split_class(groups[:1_000], 0.15, 0.15)
    after = split_class(groups, 0.15, 0.15)
    assert all(after[group] == split for group, split in before.items())
    shares = {split: list(after.values()).count(split) / len(after) for split in SPLITS}
    assert shares[Split.TEST] == pytest.approx(0.15, abs=0.03)
    assert shares[Split.VALIDATION] == pytest.approx(0.15, abs=0.03)


def test_a_split_that_would_be_empty_takes_the_nearest_group() -> None:
    groups = sorted((f"g{number}" for number in range(500)), key=lambda group: position("split", group))[-3:]
    splits = split_class(groups, 0.15, 0.15)
    assert splits[groups[0]] in {Split.TEST, Split.VALIDATION}
    assert splits[groups[-1]] is Split.TRAIN
    assert set(splits.values()) == set(SPLITS)


def test_a_group_of_several_classes_has_one_split() -> None:
    """Whichever class needs a split filled, a shared group moves as a whole, and leaves no class without a split."""
    labels = {f"g{number}": ["Cat", "NoCat"] if number % 2 else ["Cat"] for number in range(12)}
    splits = split_groups(labels, 0.15, 0.15)
    for name in ("Cat", "NoCat"):
        assert {split for group, split in splits.items() if name in labels[group]} == set(SPLITS)


def test_a_class_of_too_few_groups_is_refused_with_the_way_out() -> None:
    burst = [picture(f"17600000{second:02}.jpg") for second in range(30)]
    others = [picture(f"n{number}.jpg", "NoCat") for number in range(9)]
    with pytest.raises(DataError, match=r"39 pictures form 10 groups.*Cat in .*burst_gap_s"):
        assemble([*burst, *others], [], SPEC, "raw")


def test_undersampling_keeps_the_same_ones_and_every_split() -> None:
    groups = [f"group{number}" for number in range(1_000)]
    stay = undersample({group: group for group in groups}, 200)
    assert stay == undersample({group: group for group in reversed(groups)}, 200)
    assert stay == undersample({group: group for group in stay}, 200)
    tests = [split for split in split_class(stay, 0.15, 0.15).values() if split is Split.TEST]
    assert 15 <= len(tests) <= 45


def test_no_limit_keeps_all() -> None:
    assert undersample({"a": "a", "b": "b"}, None) == {"a", "b"}


def test_too_few_after_duplicates() -> None:
    copies = [picture(f"{number}.jpg", "Cat", "same") for number in range(9)]
    others = [picture(f"n{number}.jpg", "NoCat") for number in range(3)]
    with pytest.raises(DataError, match="Cat has 1"):
        assemble([*copies, *others], [], SPEC, "raw")


def test_labels_are_read_page_by_page() -> None:
    pages = [{"Items": [{"imageName": "a"}], "LastEvaluatedKey": {"imageName": "a"}}, {"Items": [{"imageName": "b"}]}]
    asked: list[Any] = []

    class Paged:
        def Table(self, name: str) -> "Paged":  # noqa: N802 - boto3's name
            return self

        def scan(self, **request: Any) -> dict[str, Any]:
            asked.append(request.get("ExclusiveStartKey"))
            return pages[len(asked) - 1]

    assert [row["imageName"] for row in LabelTable("catadata", SPEC.label_columns, Paged()).rows()] == ["a", "b"]
    assert asked == [None, {"imageName": "a"}]
