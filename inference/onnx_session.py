"""ONNX graphs as this image runs them: on the processor, one thread each, since requests run beside each other."""

from pathlib import Path

import onnxruntime as ort

from inference.errors import PackageError

MODEL = "model.onnx"


def one_thread(graph: Path | bytes) -> ort.InferenceSession:
    """A session of a graph's file, or of its bytes. Raises what ONNX Runtime raises."""
    options = ort.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    return ort.InferenceSession(graph, options, providers=["CPUExecutionProvider"])


def open_model(directory: Path) -> ort.InferenceSession:
    """A session of the package's `model.onnx`. Raises PackageError: ONNX Runtime cannot load it."""
    try:
        return one_thread(directory / MODEL)
    except Exception as error:  # ONNX Runtime has no common base for its errors
        raise PackageError(f"{MODEL} cannot be loaded: {error}") from error
