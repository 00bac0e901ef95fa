"""Boxes by MegaDetector, in both forms of its results, as they are imported."""

import json

import pytest

from inference.contracts.annotations import AnnotationsError, read_megadetector
from tests.unit.annotated import ANIMAL, detected


def test_megadetectors_boxes_are_taken_by_category_and_confidence() -> None:
    body = detected(ANIMAL, {**ANIMAL, "conf": 0.19}, {**ANIMAL, "category": "2"})
    (found,) = read_megadetector(body, {"animal": "deer"})
    row = found.row(400, 200)
    assert json.loads(row.boxes) == [{"label": "deer", "x": 100, "y": 100, "width": 200, "height": 50}]
    assert (row.imageName, row.camera, row.event) == ("c1/e1/a.jpg", "c1", "e1")
    assert len(read_megadetector(body, {"animal": "deer"}, 0.1)[0].boxes) == 2
    assert len(read_megadetector(body, {"animal": "deer"}, 0.95)[0].boxes) == 0


def test_megadetectors_newer_results_have_corners_in_pixels() -> None:
    """As https://microsoft.github.io/MegaDetector/output_format/ has it."""
    detection = {"category": "animal", "confidence": 0.93, "bbox": [102.4, 88.1, 540.7, 470.2]}
    body = json.dumps([{"file": "b.jpg", "detections": [detection]}, {"file": "c.jpg", "detections": []}]).encode()
    one, nothing = read_megadetector(body, {"animal": "deer"})
    (box,) = json.loads(one.row(1000, 500).boxes)
    assert [box[side] for side in ("x", "y", "width", "height")] == pytest.approx([102.4, 88.1, 438.3, 382.1])
    assert nothing.row(1000, 500).boxes == "[]"


def test_pictures_that_megadetector_could_not_read_are_no_pictures_of_nothing() -> None:
    failed = {"file": "broken.jpg", "detections": None, "failure": "image access failure"}
    assert read_megadetector(detected(images=[failed]), {"animal": "deer"}) == []


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b'"text"', "neither an object"),
        (detected(detection_categories=None), "neither an object"),
        (detected({**ANIMAL, "category": "9"}), "category '9', which is none"),
        (detected({**ANIMAL, "category": ["1"]}), "which is none"),
        (detected({**ANIMAL, "conf": "high"}), "without its confidence and box"),
        (detected({**ANIMAL, "bbox": None}), "without its confidence and box"),
        (detected(images=[{"file": "a.jpg", "detections": None}]), "has no list of detections"),
        (detected(images=[{"detections": []}]), "picture no. 1: None names no picture"),
        (detected(images=2 * [{"file": "a.jpg", "detections": []}]), "'a.jpg' stands twice"),
    ],
)
def test_results_that_are_wrong_are_refused_with_what_is_wrong(body: bytes, said: str) -> None:
    with pytest.raises(AnnotationsError, match=said):
        read_megadetector(body, {"animal": "deer"})
