"""A hand-made detector of deer, which finds one box wherever it looks, and pictures for it."""

import io
import tarfile
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from inference.contracts import Evaluation
from inference.contracts.boxes import FoundBox
from inference.object_detection.predictor import OUTPUTS
from tests.e2e.console.scenes import HEIGHT, WIDTH, draw
from training_containers.packaging import PackageDraft, golden_request, make_baseline, write_package

CLASSES = ("deer",)
THRESHOLD, SIDE = 0.4, 64
FOUND = (0.55, 0.5, 0.75, 0.72)
"""Left, top, right, bottom, as shares of the picture."""
MISSED = (0.1, 0.55, 0.3, 0.75)
"""Where the second deer of a picture stands, which the detector does not find."""


def graph(score: float) -> onnx.ModelProto:
    values = [np.array([FOUND], np.float32), np.array([score], np.float32), np.array([0], np.int64)]
    kinds = (TensorProto.FLOAT, TensorProto.FLOAT, TensorProto.INT64)
    told = list(zip(OUTPUTS, kinds, values, strict=True))
    made = helper.make_graph(
        [helper.make_node("Constant", [], [name], value=numpy_helper.from_array(value)) for name, _, value in told],
        "one_box",
        [helper.make_tensor_value_info("picture", TensorProto.UINT8, [1, SIDE, SIDE, 3])],
        [helper.make_tensor_value_info(name, kind, value.shape) for name, kind, value in told],
    )
    return helper.make_model(made, opset_imports=[helper.make_opsetid("", 18)], ir_version=10)


def detector(folder: Path, score: float) -> bytes:
    """The model.tar.gz of a detector that is so sure of what it finds."""
    folder.mkdir()
    onnx.save(graph(score), folder / "model.onnx")
    draft = PackageDraft(
        domain="deer",
        task="object_detection",
        classes=CLASSES,
        input={"size": SIDE, "fit": "squash"},
        dataset_version="by-hand",
        libraries=("onnx",),
        thresholds={"box": THRESHOLD},
    )
    predictor = draft.open(folder)
    bodies = [meadow(number) for number in range(2)]
    answers = [predictor.predict(body, "image/jpeg") for body in bodies]
    write_package(
        folder,
        draft,
        evaluation=Evaluation(
            task="object_detection", dataset_version="by-hand", test_items=2, metrics={"ap50": 0.7}, dummy={}
        ),
        baseline=make_baseline(["deer"] * len(answers), {"deer": [score] * len(answers)}),
        golden=[golden_request(body, "image/jpeg", answer) for body, answer in zip(bodies, answers, strict=True)],
    )
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w:gz") as archive:
        archive.add(folder, arcname=".")
    return file.getvalue()


def meadow(number: int) -> bytes:
    """JPEG. A deer stands where the detector finds one; every fifth picture has a second one."""
    places = [FOUND, MISSED] if number % 5 == 0 else [FOUND]
    return draw([_in_pixels(place) for place in places], WIDTH, HEIGHT, seed=number)


def _in_pixels(place: tuple[float, float, float, float]) -> FoundBox:
    left, top, right, bottom = place
    return FoundBox(
        label="deer",
        score=1,
        x=left * WIDTH,
        y=top * HEIGHT,
        width=(right - left) * WIDTH,
        height=(bottom - top) * HEIGHT,
    )
