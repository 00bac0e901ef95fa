"""Reviewed pictures of one class each join a dataset version, and never move an original."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

import pytest

from inference.contracts import Item, Split
from lambdas.data_prep.dataset_files import Dataset, render
from lambdas.data_prep.errors import DataError
from lambdas.data_prep.labelled_images.dataset import assemble
from lambdas.data_prep.labelled_images.pictures import Picture
from lambdas.data_prep.labelled_images.spec import LabelledImages
from tests.unit.test_data_prep_logic import SPEC, picture

ORIGINALS = [picture(f"{name}{number}.jpg", name) for name in SPEC.classes for number in range(20)]


def reviews(count: int, first: int = 0) -> list[Picture]:
    numbers = range(first, first + count)
    return [review(f"{number}", SPEC.classes[number % 2]) for number in numbers]


def review(name: str, label: str = "Cat", **more: Any) -> Picture:
    return picture(f"reviewed/{name}.jpg", label, f"review {name}", reviewed=True)._replace(**more)


def prepared(pictures: Sequence[Picture], **changes: Any) -> Dataset:
    return assemble(pictures, [], LabelledImages(**{**SPEC.model_dump(), **changes}), "raw")


def originals(dataset: Dataset) -> list[Item]:
    return [item for item in dataset.items if not item.path.startswith("reviewed/")]


def splits(dataset: Dataset) -> dict[str, Split]:
    return {item.path: item.split for item in dataset.items}


@pytest.mark.parametrize(
    "changes", [{}, {"at_most": {"NoCat": 10}}, {"max_frames": 24}, {"calibration": 0.2}, {"burst_gap_s": 0}]
)
def test_200_reviews_leave_every_original_as_it_was(changes: dict[str, Any]) -> None:
    before, after = prepared(ORIGINALS, **changes), prepared([*ORIGINALS, *reviews(200)], **changes)
    assert originals(after) == before.items
    assert render("cats", after).summary.test_split == render("cats", before).summary.test_split
    assert (after.undersampled, len(after.items)) == (before.undersampled, len(before.items) + 200)
    came = Counter(split for path, split in splits(after).items() if path.startswith("reviewed/"))
    assert came.keys() == {Split.TRAIN, Split.REVIEWED}
    assert 0.15 < came[Split.REVIEWED] / 200 < 0.45


def test_a_correction_in_an_originals_own_row_is_no_review_of_a_prediction() -> None:
    """The version's name is that of the same pictures whose labels nobody had to correct."""
    version = render("cats", prepared([one._replace(reviewed=True) for one in ORIGINALS])).version
    assert version == "897b5863365d317a"


def test_more_reviews_move_none_that_came_before() -> None:
    before, after = (splits(prepared([*ORIGINALS, *reviews(count)])) for count in (60, 200))
    assert before.items() <= after.items()


def test_a_class_that_only_reviews_know_is_refused() -> None:
    cats = [one for one in ORIGINALS if one.label == "Cat"]
    with pytest.raises(DataError, match="beside reviews.*NoCat has 0"):
        prepared([*cats, *reviews(60)])


def test_a_review_of_a_known_picture_corrects_it_and_keeps_the_test_split() -> None:
    before = prepared(ORIGINALS)
    path = next(path for path, split in splits(before).items() if split is Split.TEST and path.startswith("Cat"))
    copied = next(one for one in ORIGINALS if one.path == path)
    more = picture("Cat20.jpg")  # or the class might have no other test picture
    before, after = (
        prepared([*ORIGINALS, more, *reviewed]) for reviewed in ([], [review("1", "NoCat", digest=copied.digest)])
    )
    assert splits(after) == splits(before)
    assert [item.label for item in after.items if item.path == path] == ["NoCat"]
    assert render("cats", after).summary.test_split == render("cats", before).summary.test_split
    assert after.duplicates == 1


@pytest.mark.parametrize(
    ("alike", "expected"),
    [
        ((Split.TEST,), Split.REVIEWED),
        ((Split.VALIDATION,), Split.REVIEWED),
        ((Split.TRAIN,), Split.TRAIN),
        ((Split.TEST, Split.TRAIN), None),
    ],
)
def test_a_review_that_looks_like_originals_goes_their_way_and_never_teaches_what_judges(
    alike: tuple[Split, ...], expected: Split | None
) -> None:
    """Sixteen of them, so that chance does not do it. Up to 32 of 256 bits, pictures look alike."""
    pictures, before = [*ORIGINALS], splits(prepared(ORIGINALS))
    place = {split: next(path for path, found in before.items() if found is split) for split in Split if split in alike}
    view = f"{0:064x}"
    if len(alike) == 2:  # two originals that differ in 40 bits, and a review between them
        ends = {place[Split.TEST]: f"{0:064x}", place[Split.TRAIN]: f"{(1 << 40) - 1:064x}"}
        view = f"{(1 << 20) - 1:064x}"
    else:
        ends = dict.fromkeys(place.values(), view)
    pictures = [one._replace(perceptual_hash=ends.get(one.path, one.perceptual_hash)) for one in pictures]
    assert splits(prepared(pictures)) == before
    for number in range(16):
        after = splits(prepared([*pictures, review(str(number), perceptual_hash=view)]))
        assert after.get(f"reviewed/{number}.jpg") == expected
        assert before.items() <= after.items()


def test_a_standing_view_of_many_originals_says_nothing() -> None:
    view = f"{0:064x}"
    pictures = [*ORIGINALS, *(picture(f"view{n}.jpg")._replace(perceptual_hash=view) for n in range(21))]
    came = splits(
        prepared([*pictures, *(one._replace(perceptual_hash=view) for one in reviews(12))], reviewed_share=0.99)
    )
    assert Split.TRAIN in {came[f"view{n}.jpg"] for n in range(21)}
    assert [split for path, split in came.items() if path.startswith("reviewed/")] == [Split.REVIEWED] * 12


def test_pictures_of_one_burst_are_in_one_split() -> None:
    bursts = [one._replace(occasion=f"burst{n // 4}/burst{n // 4}") for n, one in enumerate(reviews(80))]
    taken = [one._replace(occasion=f"tape{n}/0") for n, one in enumerate(ORIGINALS)]
    dataset = prepared([*taken, *bursts], group_columns=("recording", "scene"))
    groups = {(item.group, item.split) for item in dataset.items}
    assert len(groups) == len({group for group, _ in groups}) == 40 + 20
