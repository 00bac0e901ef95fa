"""A fitted candidate as an ONNX graph: features (n, features) float32 -> `probabilities` (n, 2)."""

from pathlib import Path

import numpy as np
import onnxruntime as ort
from numpy.typing import NDArray
from onnxmltools.convert import convert_xgboost
from onnxmltools.convert.common.data_types import FloatTensorType as XgboostFloats
from skl2onnx import to_onnx
from sklearn.base import BaseEstimator
from xgboost import XGBClassifier

from inference.tabular import PROBABILITIES
from inference.tabular_features import FEATURE_NAMES
from training_containers.contract import InternalFault
from training_containers.tabular.models import hazard_scores

OPSET = {"": 21, "ai.onnx.ml": 3}
XGBOOST_OPSET = 15
TOLERANCE = 1e-4


def export_onnx(estimator: BaseEstimator, path: Path, examples: NDArray[np.float32]) -> None:
    """Write the graph, and prove on `examples` that it answers what the estimator does.

    Raises:
        InternalFault: it does not.
    """
    if isinstance(estimator, XGBClassifier):
        inputs = [("features", XgboostFloats([None, len(FEATURE_NAMES)]))]
        graph = convert_xgboost(estimator, initial_types=inputs, target_opset=XGBOOST_OPSET)
    else:
        graph = to_onnx(estimator, examples[:2], options={"zipmap": False}, target_opset=OPSET)
    path.write_bytes(graph.SerializeToString())
    session = ort.InferenceSession(path, providers=["CPUExecutionProvider"])
    (answer,) = session.run([PROBABILITIES], {session.get_inputs()[0].name: examples})
    furthest = float(np.abs(answer[:, 1] - hazard_scores(estimator, examples)).max())
    if furthest > TOLERANCE:
        raise InternalFault(f"the ONNX graph differs from the model by up to {furthest:.2g}; at most {TOLERANCE:g}.")
