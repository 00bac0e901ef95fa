"""A TFLite file as a `Network`, run by LiteRT with one thread, as it was measured."""

from pathlib import Path

import numpy as np

from clients.device.model import Network, Pixels


def open_tflite(path: Path) -> Network:
    """Raises ValueError if the file's input and output are not one float32 tensor each, and what LiteRT raises."""
    from ai_edge_litert.interpreter import Interpreter  # takes a second to import, which --help should not

    interpreter = Interpreter(model_path=str(path), num_threads=1)
    interpreter.allocate_tensors()
    inputs, outputs = interpreter.get_input_details(), interpreter.get_output_details()
    if [one["dtype"] for one in (*inputs, *outputs)] != [np.float32, np.float32]:
        raise ValueError("one input and one output, both float32, are expected")

    def answer(pixels: Pixels) -> np.ndarray:
        interpreter.set_tensor(inputs[0]["index"], pixels)
        interpreter.invoke()
        return interpreter.get_tensor(outputs[0]["index"])

    return answer
