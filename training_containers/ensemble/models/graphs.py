"""ONNX graphs of members that read features: missing values are filled inside, the answer is one column `score`."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import ModelProto, TensorProto, helper, numpy_helper

from inference.onnx_session import one_thread
from training_containers.contract import InternalFault
from training_containers.contract.checkpoints import write_whole
from training_containers.ensemble.models.member import OUTPUT

OPSETS = {"": 18, "ai.onnx.ml": 3}
IR_VERSION = 10
"""All members' graphs become one, which has one of each."""
FEATURES, FILLED = "features", "filled"
TOLERANCE = 1e-3
CHECKED = 512

Array = NDArray[np.float32]


def medians(inputs: Array) -> Array:
    """By feature; 0 where nothing was ever read."""
    known = ~np.isnan(inputs).all(axis=0)
    found = np.zeros(inputs.shape[1], np.float32)
    found[known] = np.nanmedian(inputs[:, known], axis=0)
    return found


def filled(inputs: Array, typical: Array) -> Array:
    return np.where(np.isnan(inputs), typical, inputs)


def write_graph(
    model: ModelProto,
    output: str,
    column: int | None,
    typical: Array,
    path: Path,
    examples: Array,
    native: Callable[[Array], NDArray],
) -> None:
    """Write a converter's graph behind a filling of what is missing, and prove that it answers what the model does.

    Args:
        output: the graph's output that has the score; `column`: which column of it, None where it has one value a row.
        examples: filled inputs; `native`: the model's own scores of them.

    Raises:
        InternalFault: the graph answers something else.
    """
    graph = model.graph
    (given,) = [one.name for one in graph.input]
    for node in graph.node:
        node.input[:] = [FILLED if name == given else name for name in node.input]
    graph.initializer.append(numpy_helper.from_array(typical.astype(np.float32), "typical"))
    first = [
        helper.make_node("IsNaN", [FEATURES], ["is_missing"]),
        helper.make_node("Where", ["is_missing", "typical", FEATURES], [FILLED]),
    ]
    nodes = [*first, *graph.node, *_last(graph, output, column)]
    del graph.node[:]
    graph.node.extend(nodes)
    del graph.input[:]
    graph.input.append(helper.make_tensor_value_info(FEATURES, TensorProto.FLOAT, ["n", len(typical)]))
    del graph.output[:]
    graph.output.append(helper.make_tensor_value_info(OUTPUT, TensorProto.FLOAT, ["n"]))
    del graph.value_info[:]
    del model.opset_import[:]
    model.opset_import.extend(helper.make_opsetid(domain, version) for domain, version in OPSETS.items())
    model.ir_version = IR_VERSION
    onnx.checker.check_model(model)
    body = model.SerializeToString()
    (answered,) = one_thread(body).run([OUTPUT], {FEATURES: examples[:CHECKED]})
    wanted = np.asarray(native(examples[:CHECKED]), np.float64).reshape(-1)
    furthest = float((np.abs(answered - wanted) / np.maximum(1.0, np.abs(wanted))).max())
    if not furthest <= TOLERANCE:
        raise InternalFault(f"{path.name} differs from its model by up to {furthest:.2g}; at most {TOLERANCE:g}.")
    write_whole(path, lambda file: file.write(body))


def _last(graph: onnx.GraphProto, output: str, column: int | None) -> list[onnx.NodeProto]:
    graph.initializer.append(numpy_helper.from_array(np.array([-1], np.int64), "one_value_a_row"))
    if column is None:
        return [helper.make_node("Reshape", [output, "one_value_a_row"], [OUTPUT])]
    graph.initializer.append(numpy_helper.from_array(np.array([column], np.int64), "column"))
    return [
        helper.make_node("Gather", [output, "column"], ["of_hazard"], axis=1),
        helper.make_node("Reshape", ["of_hazard", "one_value_a_row"], [OUTPUT]),
    ]


def converted(estimator: object, features: int) -> ModelProto:
    """Of a scikit-learn estimator. The converter takes seconds to import: only those who need it do."""
    from skl2onnx import to_onnx

    example = np.zeros((2, features), np.float32)
    options = {"zipmap": False} if hasattr(estimator, "predict_proba") else None
    return to_onnx(estimator, example, options=options, target_opset=OPSETS)
