"""A float32 TensorFlow Lite file to int8 weights and activations, by ai-edge-quantizer.

The ranges of activations are those that real pictures give. Input and output stay float32, so that both formats are
asked alike.
"""

from pathlib import Path

import numpy as np
from ai_edge_litert.interpreter import Interpreter
from ai_edge_quantizer import algorithm_manager, qtyping, quantizer, recipe
from numpy.typing import NDArray


def quantise(source: Path, pictures: NDArray[np.uint8], quantised: str, target: Path) -> None:
    """Write `target`.

    Args:
        pictures: uint8 (pictures, size, size, 3), as the model will see them.
        quantised: a regular expression of scopes; operators of others stay float32.
    """
    signature, (inputs,) = _signature(source)
    work = quantizer.Quantizer(str(source))
    work.load_quantization_recipe([{**rule, "regex": quantised} for rule in recipe.static_wi8_ai8()])
    for end in (qtyping.TFLOperationName.INPUT, qtyping.TFLOperationName.OUTPUT):
        work.update_quantization_recipe(".*", end, algorithm_key=algorithm_manager.AlgorithmName.NO_QUANTIZE)
    asked = [{inputs: picture[None].astype(np.float32)} for picture in pictures]
    work.quantize(work.calibrate({signature: asked})).export_model(str(target), overwrite=True)


def _signature(model: Path) -> tuple[str, list[str]]:
    """The name of the file's one way to be called, and of its inputs."""
    ((name, ends),) = Interpreter(model_path=str(model)).get_signature_list().items()
    return name, ends["inputs"]
