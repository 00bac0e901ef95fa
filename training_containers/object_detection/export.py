"""From a detector to ONNX: the whole of it as it is served, decoding and suppression included, or its backbone."""

from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper
from torch import nn

from inference.contracts.boxes import MOST_BOXES
from inference.contracts.tasks.object_detection import FLOOR
from inference.object_detection.suppression import OVERLAP
from training_containers.image_classification.onnx_graph import IR_VERSION, OPSET, GraphWriter
from training_containers.object_detection.anchors import LARGEST_GROWTH, STRIDES, VARIANCES, anchors, grid
from training_containers.object_detection.network import Backbone, Detector, Heads


def export_onnx(detector: Detector, image_size: int, path: Path) -> None:
    """Write a graph from `picture`, uint8 (1, size, size, 3), to `boxes` (n, 4), `scores` (n,) and `labels` (n,).

    Boxes are left, top, right, bottom from 0 to 1. The same weights give the same bytes.
    """
    writer = GraphWriter()
    logits, deltas = _predictions(writer, detector.heads, _levels(writer, detector.backbone))
    boxes = _decoded(writer, deltas, image_size)
    scores = writer.add("Transpose", writer.add("Sigmoid", logits), perm=[0, 2, 1])
    limits = [np.array([MOST_BOXES]), np.array([OVERLAP], np.float32), np.array([FLOOR], np.float32)]
    # Corners in either order make the same box, so that it does not matter that x comes first.
    chosen = writer.add("NonMaxSuppression", boxes, scores, *map(writer.constant, limits))
    labels, rows = (writer.add("Gather", chosen, writer.constant(np.array(column)), axis=1) for column in (1, 2))
    writer.add("Gather", _first(writer, boxes), rows, axis=0, output="boxes")
    places = [writer.add("Unsqueeze", one, writer.constant(np.array([1]))) for one in (labels, rows)]
    writer.add("GatherND", _first(writer, scores), writer.add("Concat", *places, axis=1), output="scores")
    writer.add("Identity", labels, output="labels")
    shapes = {"boxes": ["found", 4], "scores": ["found"], "labels": ["found"]}
    outputs = [
        helper.make_tensor_value_info(name, TensorProto.INT64 if name == "labels" else TensorProto.FLOAT, shape)
        for name, shape in shapes.items()
    ]
    onnx.save(_model(writer, image_size, outputs), path)


def backbone_graph(backbone: Backbone, image_size: int) -> bytes:
    """A serialized graph from `picture` to the backbone's features at each level, finest first."""
    writer = GraphWriter()
    levels = _levels(writer, backbone)
    outputs = [
        helper.make_tensor_value_info(
            name, TensorProto.FLOAT, [1, channels, grid(image_size, by), grid(image_size, by)]
        )
        for name, channels, by in zip(levels, backbone.channels, STRIDES, strict=False)
    ]
    return _model(writer, image_size, outputs).SerializeToString()


def _levels(writer: GraphWriter, backbone: Backbone) -> list[str]:
    x = writer.add("Transpose", writer.add("Cast", "picture", to=TensorProto.FLOAT), perm=[0, 3, 1, 2])
    mean, std = (255 * np.array(v, np.float32).reshape(1, 3, 1, 1) for v in (backbone.pixel_mean, backbone.pixel_std))
    x = writer.add("Div", writer.add("Sub", x, writer.constant(mean)), writer.constant(std))
    found = []
    for part in backbone.parts:
        x = writer.layers(x, part)
        found.append(x)
    return found


def _predictions(writer: GraphWriter, heads: Heads, levels: list[str]) -> tuple[str, str]:
    """The nodes of `Heads.forward`."""
    found = [writer.layers(level, lateral) for lateral, level in zip(heads.lateral, levels, strict=True)]
    twice = writer.constant(np.array([1, 1, 2, 2], np.float32))
    how = {"mode": "nearest", "coordinate_transformation_mode": "asymmetric", "nearest_mode": "floor"}
    for number in range(len(found) - 2, -1, -1):
        found[number] = writer.add("Add", found[number], writer.add("Resize", found[number + 1], "", twice, **how))
    found.append(writer.layers(found[-1], heads.coarser))
    towers = [writer.layers(level, tower) for tower, level in zip(heads.tower, found, strict=True)]
    return _joined(writer, heads.score, towers, heads.classes), _joined(writer, heads.box, towers, 4)


def _joined(writer: GraphWriter, predictors: nn.ModuleList, levels: list[str], columns: int) -> str:
    rows = []
    for predictor, level in zip(predictors, levels, strict=True):
        last = writer.add("Transpose", writer.layers(level, predictor), perm=[0, 2, 3, 1])
        rows.append(writer.add("Reshape", last, writer.constant(np.array([1, -1, columns]))))
    return writer.add("Concat", *rows, axis=1)


def _decoded(writer: GraphWriter, deltas: str, image_size: int) -> str:
    """The nodes of `anchors.decode`, cut at the picture's edges: (1, anchors, 4)."""
    against = anchors(image_size).numpy()
    moves = writer.add("Mul", deltas, writer.constant(np.array(VARIANCES, np.float32)))
    shift, growth = (
        writer.add("Slice", moves, *(writer.constant(np.array([value])) for value in (start, start + 2, 2)))
        for start in (0, 2)
    )
    middle, size = against[:, :2].copy(), against[:, 2:].copy()
    middles = writer.add("Add", writer.add("Mul", shift, writer.constant(size)), writer.constant(middle))
    most = writer.constant(np.array(LARGEST_GROWTH, np.float32))
    sizes = writer.add("Mul", writer.add("Exp", writer.add("Min", growth, most)), writer.constant(size))
    half = writer.add("Mul", sizes, writer.constant(np.array(0.5, np.float32)))
    ends = writer.add("Concat", writer.add("Sub", middles, half), writer.add("Add", middles, half), axis=2)
    return writer.add("Clip", ends, *(writer.constant(np.array(value, np.float32)) for value in (0, 1)))


def _first(writer: GraphWriter, values: str) -> str:
    return writer.add("Squeeze", values, writer.constant(np.array([0])))


def _model(writer: GraphWriter, size: int, outputs: list[onnx.ValueInfoProto]) -> onnx.ModelProto:
    graph = helper.make_graph(
        writer.nodes,
        "picture_detector",
        [helper.make_tensor_value_info("picture", TensorProto.UINT8, [1, size, size, 3])],
        outputs,
        writer.constants,
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=IR_VERSION)
    onnx.checker.check_model(model, full_check=True)
    return model
