"""Devices leave out overlapping boxes in numpy, and the served graph in ONNX Runtime: both keep the same ones."""

from pathlib import Path

import numpy as np
import onnx
import pytest
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from inference.image_classification.input import Decoded
from inference.object_detection.answer import Found, detections
from inference.object_detection.suppression import suppress
from inference.onnx_session import one_thread

# As packaged graphs have them; a device that took others would answer otherwise than the endpoint.
MOST, OVERLAP, FLOOR = 100, 0.5, 0.05


def by_onnx_runtime(folder: Path, boxes: NDArray[np.float32], scores: NDArray[np.float32]) -> Found:
    limits = {
        "most": np.array([MOST]),
        "overlap": np.array([OVERLAP], np.float32),
        "floor": np.array([FLOOR], np.float32),
    }
    graph = helper.make_graph(
        [helper.make_node("NonMaxSuppression", ["boxes", "scores", *limits], ["chosen"])],
        "suppression",
        [
            helper.make_tensor_value_info("boxes", TensorProto.FLOAT, [1, *boxes.shape]),
            helper.make_tensor_value_info("scores", TensorProto.FLOAT, [1, *scores.T.shape]),
        ],
        [helper.make_tensor_value_info("chosen", TensorProto.INT64, ["chosen", 3])],
        [numpy_helper.from_array(value, name) for name, value in limits.items()],
    )
    onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=10), folder / "nms.onnx")
    (chosen,) = one_thread(folder / "nms.onnx").run(None, {"boxes": boxes[None], "scores": scores.T[None]})
    _, labels, rows = chosen.T
    return Found(boxes[rows], scores[rows, labels], labels)


def random_boxes(seed: int, count: int, largest: float) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    numbers = np.random.default_rng(seed)
    corner, size = numbers.random((count, 2)), numbers.uniform(0.02, largest, (count, 2))
    boxes = np.concatenate([corner, corner + size], axis=1).clip(0, 1).astype(np.float32)
    return boxes, numbers.beta(0.5, 2, (count, 2)).astype(np.float32)


@pytest.mark.parametrize(
    ("count", "largest", "least"), [(1, 0.5, 1), (40, 0.5, 10), (400, 0.6, 50), (3000, 0.05, MOST)]
)
def test_numpy_keeps_the_boxes_that_onnx_runtime_keeps(count: int, largest: float, least: int, tmp_path: Path) -> None:
    picture = Decoded(None, 640, 480)  # type: ignore[arg-type]
    kept = []
    for seed in range(5):
        boxes, scores = random_boxes(seed, count, largest)
        ours, theirs = (
            detections(found, picture, ("deer", "boar"), threshold=0.4)
            for found in (suppress(boxes, scores), by_onnx_runtime(tmp_path, boxes, scores))
        )
        assert ours == theirs
        kept.append(len(ours.boxes))
    assert least <= max(kept) <= MOST


def test_of_boxes_of_a_class_that_overlap_the_best_stays() -> None:
    boxes = np.array(
        [[0.06, 0, 0.46, 0.4], [0.0, 0.0, 0.4, 0.4], [0.05, 0.0, 0.45, 0.4], [0.3, 0.0, 0.7, 0.4]], np.float32
    )
    found = suppress(boxes, np.array([[0.6, 0.1], [0.9, 0.1], [0.8, 0.7], [0.7, 0.0]], np.float32))

    assert found.scores.tolist() == pytest.approx([0.9, 0.7, 0.7])
    assert found.labels.tolist() == [0, 0, 1]
    assert found.boxes.tolist() == boxes[[1, 3, 2]].tolist()


def test_nothing_above_the_floor_is_nothing_found() -> None:
    found = suppress(np.array([[0, 0, 1, 1]], np.float32), np.array([[FLOOR]], np.float32))

    assert [part.shape for part in found] == [(0, 4), (0,), (0,)]


def test_a_box_without_an_area_does_no_harm() -> None:
    boxes = np.array([[0.5, 0.5, 0.5, 0.5], [0.5, 0.5, 0.5, 0.5], [0.2, 0.2, 0.8, 0.8]], np.float32)

    assert len(suppress(boxes, np.array([[0.9], [0.8], [0.7]], np.float32)).scores) == 3
