"""A fitted candidate as an ONNX graph: features (n, features) float32 -> calibrated `probabilities` (n, 2)."""

import copy
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from onnx import ModelProto, TensorProto, helper, numpy_helper
from sklearn.base import BaseEstimator
from sklearn.ensemble import RandomForestClassifier
from xgboost import XGBClassifier

from inference.onnx_session import one_thread
from inference.tabular.predictor import PROBABILITIES
from training_containers.contract import InternalFault
from training_containers.tabular.calibration import LEAST, Calibration
from training_containers.tabular.models import hazard_scores

OPSET = {"": 15, "ai.onnx.ml": 3}
TOLERANCE = 1e-4
SCORES = "scores"
"""The estimator's own output, before it is calibrated."""


def export_onnx(
    estimator: BaseEstimator, path: Path, examples: NDArray[np.float32], calibration: Calibration | None = None
) -> None:
    """Write the graph, and prove on `examples` that it answers what the estimator and the calibration do.

    Raises:
        InternalFault: it does not.
    """
    calibration = Calibration() if calibration is None else calibration
    graph = _calibrated(_converted(estimator, examples), calibration)
    path.write_bytes(graph.SerializeToString())
    session = one_thread(path)
    (answer,) = session.run([PROBABILITIES], {session.get_inputs()[0].name: examples})
    furthest = float(np.abs(answer[:, 1] - calibration.apply(hazard_scores(estimator, examples))).max())
    if furthest > TOLERANCE:
        raise InternalFault(f"the ONNX graph differs from the model by up to {furthest:.2g}; at most {TOLERANCE:g}.")


def _converted(estimator: BaseEstimator, examples: NDArray[np.float32]) -> ModelProto:
    """The converters take seconds to import: only the one that is needed is."""
    if isinstance(estimator, XGBClassifier):
        from onnxmltools.convert import convert_xgboost
        from onnxmltools.convert.common.data_types import FloatTensorType

        inputs = [("features", FloatTensorType([None, examples.shape[1]]))]
        # Without a name the converter draws one, and the same model would be another file each time.
        return convert_xgboost(estimator, name="xgboost", initial_types=inputs, target_opset=OPSET[""])
    from skl2onnx import to_onnx

    return to_onnx(_without_bags(estimator), examples[:2], options={"zipmap": False}, target_opset=OPSET)


def _without_bags(estimator: BaseEstimator) -> BaseEstimator:
    """A forest that forgets which rows each tree was trained on: the converter looks at it again and again."""
    if not isinstance(estimator, RandomForestClassifier):
        return estimator
    forest = copy.copy(estimator)
    forest.bootstrap = False
    return forest


def _calibrated(model: ModelProto, calibration: Calibration) -> ModelProto:
    """The graph with the calibration behind it; its output keeps its name."""
    graph = model.graph
    for node in graph.node:
        node.output[:] = [SCORES if name == PROBABILITIES else name for name in node.output]
        node.input[:] = [SCORES if name == PROBABILITIES else name for name in node.input]

    def constant(name: str, value: Any, kind: type) -> str:
        graph.initializer.append(numpy_helper.from_array(np.asarray(value, kind), f"calibration_{name}"))
        return f"calibration_{name}"

    low, high = constant("low", LEAST, np.float32), constant("high", 1 - LEAST, np.float32)
    one, column = constant("one", 1.0, np.float32), constant("column", [1], np.int64)
    a, b, c = (constant(name, value, np.float32) for name, value in calibration._asdict().items())
    steps = [
        ("Gather", [SCORES, column], "hazard_score", {"axis": 1}),
        ("Clip", ["hazard_score", low, high], "clipped", {}),
        ("Log", ["clipped"], "log_hazard", {}),
        ("Sub", [one, "clipped"], "rest", {}),
        ("Log", ["rest"], "log_rest", {}),
        ("Mul", [a, "log_hazard"], "of_hazard", {}),
        ("Mul", [b, "log_rest"], "of_rest", {}),
        ("Sub", ["of_hazard", "of_rest"], "difference", {}),
        ("Add", ["difference", c], "log_odds", {}),
        ("Sigmoid", ["log_odds"], "hazard_probability", {}),
        ("Sub", [one, "hazard_probability"], "healthy_probability", {}),
        ("Concat", ["healthy_probability", "hazard_probability"], PROBABILITIES, {"axis": 1}),
    ]
    graph.node.extend(helper.make_node(kind, inputs, [output], **more) for kind, inputs, output, more in steps)
    del graph.output[:]
    graph.output.append(helper.make_tensor_value_info(PROBABILITIES, TensorProto.FLOAT, [None, 2]))
    return model
