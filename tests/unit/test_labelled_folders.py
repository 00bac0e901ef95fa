"""Folders of labelled pictures as people bring them: what is read of them, and what they are told."""

import json
from pathlib import Path
from typing import Any

import pytest

from inference.contracts.labels import LabelsError, read_labelled
from lambdas.data_prep.labelled_images.labels import match
from lambdas.data_prep.labelled_images.spec import LabelledImages


def folder(at: Path, labels: Any, *names: str, kind: str = "json") -> Path:
    """Files of these names, of no content, and `labels` as JSON, or as they are."""
    for name in names:
        (at / name).parent.mkdir(parents=True, exist_ok=True)
        (at / name).touch()
    (at / f"labels.{kind}").write_text(labels if isinstance(labels, str) else json.dumps(labels))
    return at


def test_frames_that_nobody_labelled_are_not_taken_for_a_class(tmp_path: Path) -> None:
    (tmp_path / "frames" / "match").mkdir(parents=True)
    (tmp_path / "frames" / "match" / "000-1.jpg").touch()
    with pytest.raises(LabelsError, match=r"has frames/, and no labels.json or labels.csv"):
        read_labelled(tmp_path)


@pytest.mark.parametrize(
    ("kind", "content", "said"),
    [
        (
            "json",
            '[{"file": "a.jpg", "class": "ad"}]',
            "no imageName and no label; .* called file, class: call it image",
        ),
        ("csv", "filename,label\na.jpg,ad\n", "no imageName; what it has is called filename, label"),
        ("csv", "imageName;label\na.jpg;ad\n", "called imageName;label: call it imageName and label, with commas"),
    ],
)
def test_columns_of_other_names_are_told_with_the_right_ones(tmp_path, kind: str, content: str, said: str) -> None:
    with pytest.raises(LabelsError, match=said):
        read_labelled(folder(tmp_path, content, kind=kind))


def test_spaces_around_what_a_table_says_are_none_of_it(tmp_path: Path) -> None:
    read = read_labelled(folder(tmp_path, "imageName, label, recording\na.jpg , ad, 12\n", "a.jpg", kind="csv"))
    assert [(row.imageName, row.label, row.recording) for row in read.rows] == [("a.jpg", "ad", "12")]


@pytest.mark.parametrize("name", ["a.jpg", "images/a.jpg"])
def test_names_may_be_below_the_pictures_folder_or_beside_the_labels(tmp_path: Path, name: str) -> None:
    read = read_labelled(folder(tmp_path, [{"imageName": name, "label": "ad"}], "images/a.jpg"))
    assert (read.pictures / read.rows[0].imageName).is_file()


def test_pictures_of_other_formats_are_rows_too_so_that_they_are_named_and_not_passed_over(tmp_path: Path) -> None:
    for name in ("IMG_1.HEIC", "IMG_2.jpg", "notes.txt", ".DS_Store"):
        (tmp_path / "ad").mkdir(exist_ok=True)
        (tmp_path / "ad" / name).touch()
    assert [row.imageName for row in read_labelled(tmp_path).rows] == ["ad/IMG_1.HEIC", "ad/IMG_2.jpg"]


def test_a_persons_correction_wins_and_an_empty_one_is_none(tmp_path: Path) -> None:
    labels = [
        {"imageName": "a.jpg", "label": "ad", "reviewedLabel": "content"},
        {"imageName": "b.jpg", "label": "ad", "reviewedLabel": None},
    ]
    rows = [row.model_dump() for row in read_labelled(folder(tmp_path, labels, "a.jpg", "b.jpg")).rows]
    candidates, rejections = match(rows, {"a.jpg": 1, "b.jpg": 1}, LabelledImages(prefix="", classes=("ad", "content")))
    assert [(one.path, one.label, one.reviewed) for one in candidates] == [
        ("a.jpg", "content", True),
        ("b.jpg", "ad", False),
    ]
    assert not rejections
