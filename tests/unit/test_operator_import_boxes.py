"""Importing pictures with boxes: COCO's annotations and MegaDetector's results become rows of labels."""

import json
from pathlib import Path
from typing import Any

import boto3
import pytest
from PIL import Image

from clients.operator.__main__ import main

BOX = {"id": 1, "image_id": 1, "category_id": 1, "bbox": [4, 2, 10, 8]}


@pytest.fixture
def places(aws: None) -> list[str]:
    """Arguments that name a bucket and a table."""
    where = {"LocationConstraint": "eu-central-1"}
    boto3.client("s3").create_bucket(Bucket="raw", CreateBucketConfiguration=where)  # type: ignore[typeddict-item]
    boto3.client("dynamodb").create_table(
        TableName="labels",
        KeySchema=[{"AttributeName": "imageName", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "imageName", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    return ["--bucket", "raw", "--prefix", "deer/", "--table", "labels"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Pictures of 40 x 24 pixels; b.jpg lies on its side and stands upright at 24 x 40."""
    exif = Image.Exif()
    exif[0x0112] = 6  # https://exiftool.org/TagNames/EXIF.html: Orientation, a quarter clockwise
    for name, tags in {"c1/e1/a.jpg": None, "c1/e1/b.jpg": exif, "extra.jpg": None}.items():
        file = tmp_path / "images" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        Image.new("RGB", (40, 24)).save(file, exif=tags or Image.Exif())
    return tmp_path / "images"


def coco(folder: Path, *boxes: dict[str, Any], **images: str) -> str:
    """The file's path."""
    names = images or {"1": "c1/e1/a.jpg"}
    content = {
        "images": [{"id": int(number.strip("_")), "file_name": name} for number, name in names.items()],
        "annotations": list(boxes),
        "categories": [{"id": 1, "name": "roe deer"}, {"id": 2, "name": "fox"}],
    }
    file = folder.parent / "annotations.json"
    file.write_text(json.dumps(content))
    return str(file)


def rows() -> dict[str, dict[str, Any]]:
    items = boto3.resource("dynamodb").Table("labels").scan()["Items"]
    return {str(item.pop("imageName")): dict(item) for item in items}


def test_coco_becomes_pictures_and_rows_and_empty_pictures_count(places, folder, capsys) -> None:
    file = coco(folder, BOX, {**BOX, "id": 2, "category_id": 2}, _1="c1/e1/a.jpg", _2="c1/e1/b.jpg")
    arguments = ["import", "deer", "--folder", str(folder), "--coco", file, "--category", "roe deer=deer", *places]
    assert main(arguments) == 0
    said = capsys.readouterr()
    assert "1 with boxes, 1 without boxes: 2 sent, 0 there already, 0 left out" in said.out
    assert "1 pictures of the folder that no annotation names" in said.err
    found = rows()
    assert json.loads(found["c1/e1/a.jpg"]["boxes"]) == [{"label": "deer", "x": 4, "y": 2, "width": 10, "height": 8}]
    assert found["c1/e1/b.jpg"] == {"boxes": "[]", "camera": "c1", "event": "e1"}
    listed = boto3.client("s3").list_objects_v2(Bucket="raw")["Contents"]
    assert [one["Key"] for one in listed] == ["deer/c1/e1/a.jpg", "deer/c1/e1/b.jpg"]
    assert main(arguments) == 0
    assert "0 sent, 2 there already" in capsys.readouterr().out


def test_what_cannot_be_is_left_out_and_named_and_the_others_go(places, folder, capsys) -> None:
    outside = {**BOX, "id": 2, "image_id": 2, "bbox": [20, 2, 10, 8]}  # within the lying picture, not the upright one
    names = {"_1": "c1/e1/a.jpg", "_2": "c1/e1/b.jpg", "_3": "gone.jpg"}
    file = coco(folder, BOX, outside, **names)
    assert main(["import", "deer", "--folder", str(folder), "--coco", file, *places]) == 3
    said = capsys.readouterr()
    assert "left out: c1/e1/b.jpg: box 1 reaches to (30, 10), outside the picture of 24 x 40 pixels" in said.err
    assert "left out: gone.jpg: there is no such file" in said.err
    assert list(rows()) == ["c1/e1/a.jpg"]


def test_megadetectors_boxes_are_scaled_to_the_upright_picture(places, folder) -> None:
    detection = {"category": "1", "conf": 0.8, "bbox": [0.5, 0.5, 0.25, 0.25]}
    content = {
        "detection_categories": {"1": "animal", "2": "person"},
        "images": [{"file": "c1/e1/b.jpg", "detections": [detection, {**detection, "conf": 0.3}]}],
    }
    (folder.parent / "md.json").write_text(json.dumps(content))
    arguments = ["--megadetector", str(folder.parent / "md.json"), "--category", "animal=deer", "--confidence", "0.5"]
    assert main(["import", "deer", "--folder", str(folder), *arguments, *places]) == 0
    (box,) = json.loads(rows()["c1/e1/b.jpg"]["boxes"])
    assert box == {"label": "deer", "x": 12, "y": 20, "width": 6, "height": 10}


def test_classes_that_the_domain_does_not_know_are_told_with_what_to_pass(
    places, folder, capsys, monkeypatch: pytest.MonkeyPatch
) -> None:
    outputs = {"RawBucket": "raw", "RawPrefix": "deer/", "LabelsTable": "labels", "Classes": "deer,boar"}
    monkeypatch.setattr("clients.operator.imports.places.stack_outputs", lambda *_: outputs)
    file = coco(folder, BOX, {**BOX, "category_id": 3, "image_id": 2}, _1="c1/e1/a.jpg", _2="c1/e1/b.jpg")
    content = json.loads(Path(file).read_text())
    content["categories"].append({"id": 3, "name": "DEER"})
    Path(file).write_text(json.dumps(content))
    assert main(["import", "deer", "--folder", str(folder), "--coco", file]) == 1
    said = capsys.readouterr().err
    assert "'roe deer' in 1 pictures, 'DEER' in 1 pictures: no class of deer, which knows deer, boar; pass" in said
    assert 'pass --category "roe deer=deer", which leaves out those of no --category' in said
    assert '-c "deer:classes=deer,boar,roe deer"' in said
    assert rows() == {}
    arguments = ["--category", "DEER=deer", "--category", "roe deer=deer"]
    assert main(["import", "deer", "--folder", str(folder), "--coco", file, *arguments]) == 0
    assert len(rows()) == 2


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--megadetector", "FILE"], "say which, as --category animal=deer"),
        (["--coco", "FILE", "--category", "deer"], "give NAME=CLASS"),
        (["--coco", "FILE", "--category", "a=b", "--category", "a=c"], "once a name"),
        (["--coco", "nowhere.json"], "cannot be read"),
        (["--category", "a=b"], "belongs to --coco and --megadetector"),
        (["--folder", "PARENT"], "annotations.json tells boxes, pass it as --coco or --megadetector"),
    ],
)
def test_arguments_that_cannot_work_are_told(folder, capsys, arguments, said) -> None:
    file = coco(folder, BOX)
    named = {"FILE": file, "PARENT": str(folder.parent)}
    given = [named.get(one, one) for one in arguments]
    assert main(["import", "deer", "--folder", str(folder), *given]) == 1
    assert said in capsys.readouterr().err


def test_paths_from_another_folder_are_one_sentence_and_full_paths_are_understood(places, folder, capsys) -> None:
    file = coco(folder, BOX, _1="c1/e1/a.jpg")
    assert main(["import", "deer", "--folder", str(folder / "c1"), "--coco", file, *places]) == 1
    assert "none of the 1 pictures that" in (said := capsys.readouterr().err)
    assert "such as c1/e1/a.jpg: give the folder that these paths start from" in said
    file = coco(folder, BOX, _1=str(folder.resolve() / "c1/e1/a.jpg"))
    assert main(["import", "deer", "--folder", str(folder), "--coco", file, *places]) == 0
    assert list(rows()) == ["c1/e1/a.jpg"]


def test_annotations_at_fault_send_nothing(places, folder, capsys) -> None:
    file = coco(folder, BOX, {**BOX, "id": 2, "bbox": [4, 2, 10]}, {**BOX, "id": 3, "image_id": 9})
    assert main(["import", "deer", "--folder", str(folder), "--coco", file, *places]) == 1
    said = capsys.readouterr().err
    assert "annotation 2: bbox is [4, 2, 10]" in said
    assert "annotation 3: there is no image 9" in said
    assert rows() == {}
    assert main(["import", "deer", "--folder", str(folder), "--coco", coco(folder, _1="../a.jpg"), *places]) == 1
    assert "leads out of the folder" in capsys.readouterr().err
