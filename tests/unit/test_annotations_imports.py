"""COCO as others write it, camera traps above all: what is taken, what is left out, what is refused."""

import json
from typing import Any

import pytest

from inference.contracts.annotations import AnnotationsError, read_coco, read_megadetector
from tests.unit.annotated import ANIMAL, detected

BOX = {"id": 1, "image_id": 1, "category_id": 1, "bbox": [1, 2, 3, 4]}


def coco(**changes: Any) -> dict[str, Any]:
    """One picture with one box; `changes` replace members of its lists' entries, as `image_id` or `images`."""
    content: dict[str, Any] = {
        "images": [{"id": 1, "file_name": "a.jpg"}],
        "annotations": [dict(BOX)],
        "categories": [{"id": 1, "name": "deer"}],
    }
    annotation = {name: changes.pop(name) for name in [*changes] if name not in content}
    content["annotations"][0] |= annotation
    return content | changes


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("[", "no JSON"),
        ([], "no object with the lists"),
        ({"images": [], "annotations": []}, "no object with the lists"),
        (coco(image_id=7), "annotation 1: there is no image 7"),
        (coco(category_id=2), "annotation 1: there is no category 2; known: 1"),
        (coco(bbox=[1, 2, 3]), r"bbox is \[1, 2, 3\]"),
        (coco(bbox=[1, 2, "3", 4]), "bbox is"),
        (coco(annotations=[7]), "annotation no. 1: it is no object with image_id, category_id"),
        (coco(images=[{"id": 1, "file_name": "../a.jpg"}]), "leads out of the folder"),
        (coco(images=[{"id": 1, "file_name": "a.jpg"}, {"id": 2, "file_name": "a.jpg"}]), "'a.jpg' stands twice"),
        (coco(images=[{"id": 1, "file_name": "a.jpg"}, {"id": 1, "file_name": "b.jpg"}]), "id 1, which is none, or an"),
        (coco(images=[{"id": 1, "file_name": "a.jpg", "width": "40"}]), "a width or height that is no whole number"),
        (coco(images=[{"file_name": "a.jpg"}]), "image no. 1 is no object with id, file_name"),
    ],
)
def test_coco_that_is_wrong_is_refused_with_what_is_wrong(content: Any, said: str) -> None:
    body = content if isinstance(content, str) else json.dumps(content)
    with pytest.raises(AnnotationsError, match=said):
        read_coco(body.encode())


def test_categories_become_classes_and_others_are_left_out() -> None:
    names = [{"id": 1, "name": "roe deer"}, {"id": 2, "name": "fox"}]
    boxes = [{"id": n, "image_id": 1, "category_id": n, "bbox": [n, 2, 3, 4]} for n in (1, 2)]
    body = json.dumps(coco(categories=names, annotations=boxes)).encode()
    assert [box.label for box in read_coco(body)[0].boxes] == ["roe deer", "fox"]
    assert [box.label for box in read_coco(body, {"roe deer": "deer"})[0].boxes] == ["deer"]


def read(**changes: Any) -> Any:
    return read_coco(json.dumps(coco(**changes)).encode())[0]


def test_annotations_need_no_ids_and_one_that_stands_twice_counts_once() -> None:
    twice = [{"id": n, "image_id": 1, "category_id": 1, "bbox": [1, 2, 3, 4]} for n in (1, 1)]
    assert len(read(annotations=twice).boxes) == 1
    assert len(read(annotations=[{name: BOX[name] for name in BOX if name != "id"}]).boxes) == 1


@pytest.mark.parametrize("bbox", [None, []])
def test_without_a_bbox_polygons_tell_the_box(bbox: Any) -> None:
    (box,) = read(bbox=bbox, segmentation=[[10, 20, 30, 20.5, 30, 60], [5, 25, 12, 25]]).boxes
    assert box == ("deer", 5, 20, 25, 40)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"bbox": None}, "neither a bbox nor polygons"),
        ({"bbox": None, "segmentation": {"counts": "abc", "size": [3, 4]}}, "neither a bbox nor polygons"),
        ({"bbox": None, "segmentation": [[1, 2, 3]]}, "neither a bbox nor polygons"),
        ({"iscrowd": 1}, "around a crowd"),
    ],
)
def test_a_picture_of_which_not_all_boxes_are_told_is_left_out_alone(changes: dict[str, Any], said: str) -> None:
    found = read(**changes)
    with pytest.raises(AnnotationsError, match=said):
        found.row(320, 240)


def test_the_category_empty_of_camera_traps_is_a_picture_of_nothing() -> None:
    """As https://lila.science/coco-camera-traps has it: category 0, without a bbox."""
    empty = {"categories": [{"id": 0, "name": "empty"}], "category_id": 0, "bbox": None}
    assert read(**empty).row(320, 240).boxes == "[]"


def test_paths_of_windows_and_sizes_with_a_point_are_understood() -> None:
    found = read(images=[{"id": 1, "file_name": ".\\c1\\e1\\a.jpg", "width": 320.0, "height": 240.0}])
    assert (found.path, found.camera, found.event, found.size) == ("c1/e1/a.jpg", "c1", "e1", (320, 240))
    (other,) = read_megadetector(detected(images=[{"file": "c1\\a.jpg", "detections": []}]), {"animal": "deer"})
    assert other.path == "c1/a.jpg"


@pytest.mark.parametrize(
    ("entry", "place"),
    [
        ({"file_name": "c1/e2/a.jpg"}, ("c1", "e2")),
        ({"file_name": "c1/a.jpg"}, ("c1", "")),
        ({"file_name": "a.jpg"}, ("", "")),
        ({"file_name": "a.jpg", "location": 7, "seq_id": "s"}, ("7", "s")),
        ({"file_name": "a.jpg", "group": "15"}, ("15", "15")),
        ({"file_name": "all/e2/a.jpg", "camera": "c9"}, ("c9", "")),
    ],
)
def test_camera_and_event_are_told_or_are_the_folders(entry: dict[str, Any], place: tuple[str, str]) -> None:
    (found,) = read_coco(json.dumps(coco(images=[{"id": 1, **entry}])).encode())
    assert (found.camera, found.event) == place


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"bbox": [300, 2, 30, 4]}, "outside the picture of 320 x 240"),
        ({"bbox": [-5, 2, 30, 4]}, "a box's x is -5"),
        ({"bbox": [5, 2, 0, 4]}, "a box's width is 0"),
        ({"images": [{"id": 1, "file_name": "a.jpg", "width": 240, "height": 320}]}, "annotated at 240 x 320 pixels"),
    ],
)
def test_boxes_that_cannot_be_in_their_picture_cost_that_picture(changes: dict[str, Any], said: str) -> None:
    (found,) = read_coco(json.dumps(coco(**changes)).encode())
    with pytest.raises(AnnotationsError, match=said):
        found.row(320, 240)


def test_a_category_that_no_box_is_of_is_refused_before_it_empties_every_picture() -> None:
    with pytest.raises(AnnotationsError, match="it has no category 'Deer'; it has 'deer'"):
        read_coco(json.dumps(coco()).encode(), {"Deer": "deer"})
    for body in (detected(ANIMAL), b"[]"):
        with pytest.raises(AnnotationsError, match="it has no category 'deer'; it has 'animal', 'person', 'vehicle'"):
            read_megadetector(body, {"deer": "deer"})


def test_paths_that_are_told_in_full_are_taken_from_the_folder_on() -> None:
    content = coco(images=[{"id": 1, "file_name": "C:\\traps\\c1\\a.jpg"}])
    assert read_coco(json.dumps(content).encode(), {}, "C:/traps/")[0].path == "c1/a.jpg"
    results = detected(images=[{"file": "/traps/c1/a.jpg", "detections": []}])
    assert read_megadetector(results, {"animal": "deer"}, 0.2, "/traps/")[0].path == "c1/a.jpg"
    with pytest.raises(AnnotationsError, match="leads out of the folder"):
        read_megadetector(results, {"animal": "deer"}, 0.2, "/others/")
