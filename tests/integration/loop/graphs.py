"""Hand-made networks that tell light pictures from dark ones: one that is right, and ones with something wrong."""

import time

import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, helper, numpy_helper

from inference.image_classification.input import ImageInput

CLASSES = ("Dark", "Light")
CONTRACT = ImageInput(size=32)
SHARPNESS = 8.0
"""Of the step from dark to light; below zero, light is called dark."""
_SIDE = 64
_OPSET = 17
_IR_VERSION = 8


def brightness_graph(sharpness: float = SHARPNESS, work_if_light: int = 0) -> onnx.ModelProto:
    """Maps `picture`, uint8 (batch, 32, 32, 3), to `scores`, float32 (batch, 2), by mean brightness.

    `work_if_light`: how many products of matrices a light picture costs on top, whose result changes nothing.
    """
    nodes = [
        helper.make_node("Cast", ["picture"], ["bytes"], to=TensorProto.FLOAT),
        helper.make_node("ReduceMean", ["bytes"], ["mean"], axes=[1, 2, 3], keepdims=0),
        helper.make_node("Sub", ["mean", "grey"], ["above_grey"]),
        helper.make_node("Unsqueeze", ["above_grey", "one"], ["column"]),
        helper.make_node("Mul", ["column", "weights"], ["logits"]),
    ]
    constants = {
        "grey": np.float32(127.5),
        "one": np.array([1], np.int64),
        "weights": np.array([[-sharpness, sharpness]], np.float32) / 255,
    }
    if work_if_light:
        nodes += _work()
        constants |= {"trips": np.int64(work_if_light), "go_on": np.bool_(True), "zero": np.float32(0)}
        constants["matrix"] = np.full((_SIDE, _SIDE), 1 / _SIDE, np.float32)
    nodes.append(helper.make_node("Softmax", ["logits_worked" if work_if_light else "logits"], ["scores"], axis=-1))
    picture = helper.make_tensor_value_info("picture", TensorProto.UINT8, ["batch", CONTRACT.size, CONTRACT.size, 3])
    scores = helper.make_tensor_value_info("scores", TensorProto.FLOAT, ["batch", len(CLASSES)])
    initializers = [numpy_helper.from_array(np.asarray(value), name) for name, value in constants.items()]
    graph = helper.make_graph(nodes, "brightness", [picture], [scores], initializers)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", _OPSET)], ir_version=_IR_VERSION)
    onnx.checker.check_model(model)
    return model


def _work() -> list[onnx.NodeProto]:
    """A loop that runs for light pictures only."""
    body = helper.make_graph(
        [
            helper.make_node("Identity", ["condition"], ["condition_out"]),
            helper.make_node("MatMul", ["state", "matrix"], ["state_out"]),
        ],
        "work",
        [
            helper.make_tensor_value_info("iteration", TensorProto.INT64, []),
            helper.make_tensor_value_info("condition", TensorProto.BOOL, []),
            helper.make_tensor_value_info("state", TensorProto.FLOAT, [_SIDE, _SIDE]),
        ],
        [
            helper.make_tensor_value_info("condition_out", TensorProto.BOOL, []),
            helper.make_tensor_value_info("state_out", TensorProto.FLOAT, [_SIDE, _SIDE]),
        ],
    )
    return [
        helper.make_node("ReduceMax", ["above_grey"], ["lightest"], keepdims=0),
        helper.make_node("Greater", ["lightest", "zero"], ["is_light"]),
        helper.make_node("Cast", ["is_light"], ["times"], to=TensorProto.INT64),
        helper.make_node("Mul", ["times", "trips"], ["trip_count"]),
        helper.make_node("Loop", ["trip_count", "go_on", "matrix"], ["worked"], body=body),
        helper.make_node("ReduceMax", ["worked"], ["peak"], keepdims=0),
        helper.make_node("Mul", ["peak", "zero"], ["nothing"]),
        helper.make_node("Add", ["logits", "nothing"], ["logits_worked"]),
    ]


def work_for(seconds: float) -> int:
    """How much `work_if_light` takes at least so long here, however little else this machine does then."""
    trips = 2_000
    graph = onnxruntime.InferenceSession(brightness_graph(work_if_light=trips).SerializeToString())
    light = np.full((1, CONTRACT.size, CONTRACT.size, 3), 255, np.uint8)
    took = []
    for _ in range(10):
        started = time.perf_counter()
        graph.run(None, {"picture": light})
        took.append(time.perf_counter() - started)
    return round(trips * seconds / min(took))
