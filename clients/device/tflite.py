"""A TFLite file as a `Network`, run by LiteRT with one thread, as it was measured."""

from pathlib import Path

import numpy as np

from clients.device.model import Network, Pixels
from clients.device.tasks import Outputs


def open_tflite(path: Path) -> Network:
    """Outputs come in the order of their names in the file's signature, whatever their order in its graph.

    Raises ValueError if input and outputs are not float32, or the input is not one, and what LiteRT raises.
    """
    from ai_edge_litert.interpreter import Interpreter  # takes a second to import, which --help should not

    interpreter = Interpreter(model_path=str(path), num_threads=1)
    interpreter.allocate_tensors()
    signature = interpreter.get_signature_runner()
    inputs, named = list(signature.get_input_details().values()), signature.get_output_details()
    del signature  # the interpreter does not run while it is looked at
    outputs = [named[name] for name in sorted(named)]
    if len(inputs) != 1 or {one["dtype"] for one in (*inputs, *outputs)} != {np.float32}:
        raise ValueError("one input is expected, and float32 of it and of all outputs")

    def answer(pixels: Pixels) -> Outputs:
        interpreter.set_tensor(inputs[0]["index"], pixels)
        interpreter.invoke()
        return [interpreter.get_tensor(output["index"]) for output in outputs]

    return answer
