"""Folders of pictures with boxes as annotation tools leave them: which file and which pictures are taken, and what is
said of classes."""

import json
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from sandbox.demo.boxed_folder import read_boxed_folder
from sandbox.demo.domain import DemoError
from sandbox.demo.domains.deer import DEMO

NAMES = ("one.jpg", "two.jpg")


def coco(*names: str, classes: tuple[str, ...] = ("Deer",)) -> dict[str, Any]:
    """A box in each picture: of the first class in the first, and so on."""
    return {
        "images": [{"id": 40 + number, "file_name": name} for number, name in enumerate(names)],
        "annotations": [
            {"image_id": 40 + number, "category_id": 7 + number % len(classes), "bbox": [1.5, 2, 30, 20.25]}
            for number in range(len(names))
        ],
        "categories": [{"id": 7 + number, "name": name} for number, name in enumerate(classes)],
    }


def folder(at: Path, files: dict[str, Any], *pictures: str) -> Path:
    for number, name in enumerate(pictures):
        (at / name).parent.mkdir(parents=True, exist_ok=True)
        Image.new("RGB", (80, 60), (number, 90, 0)).save(at / name)
    for name, content in files.items():
        (at / name).parent.mkdir(parents=True, exist_ok=True)
        (at / name).write_text(json.dumps(content))
    return at


@pytest.mark.parametrize(
    ("file", "named", "below"),
    [
        ("annotations.json", "{}", "images/{}"),
        ("annotations/instances_default.json", "{}", "images/{}"),
        ("annotations/instances_default.json", "default/{}", "images/default/{}"),
        ("annotations/instances_default.json", "images/{}", "images/{}"),
        ("annotations/instances_train2017.json", "{}", "train2017/{}"),
        ("_annotations.coco.json", "{}", "{}"),
        ("train/_annotations.coco.json", "{}", "train/{}"),
    ],
)
def test_what_annotation_tools_export_is_found(tmp_path: Path, file: str, named: str, below: str) -> None:
    content = coco(*(named.format(name) for name in NAMES))
    found = read_boxed_folder(folder(tmp_path, {file: content}, *(below.format(name) for name in NAMES)))
    assert [(found.pictures / row["imageName"]).name for row in found.rows] == list(NAMES)
    assert all((found.pictures / row["imageName"]).is_file() for row in found.rows)
    assert json.loads(found.rows[0]["boxes"])[0] == {"label": "Deer", "x": 1.5, "y": 2, "width": 30, "height": 20.25}


def test_megadetectors_results_are_of_animals(tmp_path: Path) -> None:
    detection = {"category": "1", "conf": 0.9, "bbox": [0.25, 0.5, 0.5, 0.25]}
    results = {
        "detection_categories": {"1": "animal", "2": "person"},
        "images": [{"file": "one.jpg", "detections": [detection, {**detection, "category": "2"}]}],
    }
    raw = folder(tmp_path, {"results.json": results}, "one.jpg")
    (row,) = DEMO.rows(raw)
    assert json.loads(row["boxes"]) == [{"label": "animal", "x": 20, "y": 30, "width": 40, "height": 15}]
    assert DEMO.context(raw)["deer:classes"] == "animal"


def test_of_several_files_nobody_knows_which_is_meant(tmp_path: Path) -> None:
    files = {f"{split}/_annotations.coco.json": coco("one.jpg") for split in ("train", "valid")}
    with pytest.raises(DemoError, match=r"several files of annotations \(train/_annotations.coco.json, valid/"):
        read_boxed_folder(folder(tmp_path, files, "train/one.jpg"))


def test_what_is_not_there_or_stands_out_is_named_and_the_others_are_taken(tmp_path: Path) -> None:
    content = coco("one.jpg", "gone.jpg", "two.jpg")
    content["annotations"][2]["bbox"] = [70, 2, 30, 20]
    found = read_boxed_folder(folder(tmp_path, {"annotations.json": content, "notes.json": {"a": 1}}, *NAMES))
    assert [row["imageName"] for row in found.rows] == ["one.jpg"]
    assert dict(found.left_out) == {
        "gone.jpg": "there is no such file",
        "two.jpg": "box 1 reaches to (100, 22), outside the picture of 80 x 60 pixels",
    }


def test_a_class_that_is_too_rare_to_be_tested_is_none_and_that_is_said(tmp_path: Path) -> None:
    names = [f"{number}.jpg" for number in range(7)]
    content = coco(*names, classes=("DEER", "fox"))
    content["annotations"] = [one for one in content["annotations"] if one["category_id"] == 7 or one["image_id"] == 41]
    raw = folder(tmp_path, {"annotations.json": content}, *names)
    DEMO.check(raw)
    assert DEMO.context(raw)["deer:classes"] == "DEER"
    with pytest.raises(DemoError, match=r"too few to split.*unknown_class: 1 \(1.jpg\)"):
        DEMO.rehearse(raw)


def test_a_classs_name_with_a_comma_is_refused_at_once(tmp_path: Path) -> None:
    raw = folder(tmp_path, {"annotations.json": coco("one.jpg", classes=("deer, red",))}, "one.jpg")
    with pytest.raises(DemoError, match="take the comma out"):
        DEMO.check(raw)
