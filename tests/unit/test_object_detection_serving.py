"""A package of boxes, as the serving process opens and asks it: a graph that always finds the same."""

import io
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper
from PIL import Image

from inference.contracts.tasks import task_of
from inference.errors import BadRequest, PackageError
from inference.object_detection.predictor import OUTPUTS, load
from tests.unit.serving import MANIFEST

BOXES = [[0.5, 0.25, 1.2, 0.75], [0.0, 0.0, 0.1, 0.1], [0.2, 0.2, 0.2, 0.9], [0.1, 0.1, 0.2, 0.2]]
SCORES = [0.3, 0.9, 0.8, 0.01]
ORIENTATION = 0x0112
TURNED = 6
"""To be shown turned clockwise by a right angle (CIPA DC-008)."""
DETECTION = MANIFEST.model_copy(
    update={
        "task": "object_detection",
        "classes": ("deer", "boar"),
        "input": {"size": 64, "fit": "squash"},
        "thresholds": {"box": 0.4},
    }
)


def package(folder: Path, outputs: list[str] = OUTPUTS) -> Path:
    values = [np.array(BOXES, np.float32), np.array(SCORES, np.float32), np.array([1, 0, 0, 0])]
    nodes = [
        helper.make_node("Constant", [], [name], value=numpy_helper.from_array(value))
        for name, value in zip(outputs, values, strict=True)
    ]
    kinds = (TensorProto.FLOAT, TensorProto.FLOAT, TensorProto.INT64)
    graph = helper.make_graph(
        nodes,
        "found",
        [helper.make_tensor_value_info("picture", TensorProto.UINT8, [1, 64, 64, 3])],
        [helper.make_tensor_value_info(n, k, v.shape) for n, k, v in zip(outputs, kinds, values, strict=True)],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=10)
    onnx.save(model, folder / "model.onnx")
    return folder


def picture(width: int, height: int, **options: Any) -> bytes:
    stream = io.BytesIO()
    Image.new("RGB", (width, height), (90, 120, 60)).save(stream, "JPEG", **options)
    return stream.getvalue()


def turned() -> Image.Exif:
    exif = Image.Exif()
    exif[ORIENTATION] = TURNED
    return exif


def test_boxes_are_in_pixels_of_the_picture_as_sent_best_first(tmp_path: Path) -> None:
    answer = load(package(tmp_path), DETECTION).predict(picture(1000, 400), "image/jpeg")
    assert (answer["width"], answer["height"], answer["threshold"]) == (1000, 400, 0.4)
    first, second = answer["boxes"]  # one without width and one below the floor are left out
    assert first == {"label": "deer", "score": pytest.approx(0.9), "x": 0, "y": 0, "width": 100, "height": 40}
    # Cut at the picture's right edge.
    assert second == {"label": "boar", "score": pytest.approx(0.3), "x": 500, "y": 100, "width": 500, "height": 200}
    assert task_of("object_detection").validate(answer) == ""
    assert {"bytes", "brightness", "sharpness"} <= set(answer["features"])


def test_a_picture_that_lies_is_measured_upright(tmp_path: Path) -> None:
    answer = load(package(tmp_path), DETECTION).predict(picture(1000, 400, exif=turned()), "image/jpeg")
    assert (answer["width"], answer["height"]) == (400, 1000)
    assert answer["boxes"][0]["height"] == 100


def test_what_is_no_picture_gets_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(BadRequest, match="not a JPEG or PNG picture"):
        load(package(tmp_path), DETECTION).predict(b"deer", "image/jpeg")


def test_a_graph_that_answers_something_else_is_refused(tmp_path: Path) -> None:
    with pytest.raises(PackageError, match="answers boxes, labels, logits; boxes, scores, labels are expected"):
        load(package(tmp_path, ["boxes", "logits", "labels"]), DETECTION)


def test_a_package_without_its_threshold_is_refused(tmp_path: Path) -> None:
    with pytest.raises(PackageError, match="one is expected, 'box'"):
        load(package(tmp_path), DETECTION.model_copy(update={"thresholds": {}}))
