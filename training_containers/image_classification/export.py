"""From the trained network to `model.onnx`."""

import logging
import warnings
from pathlib import Path

import onnx
import torch

from training_containers.image_classification.model import MobileNetV2, ServedClassifier


def export_onnx(network: MobileNetV2, image_size: int, path: Path) -> None:
    """Write a graph from `picture`, uint8 (batch, size, size, 3), to `scores`, float32 (batch, classes) summing to one.

    The same weights give the same bytes: traces of where the code lay are removed.
    """
    # An example batch of 1 would freeze the batch axis.
    example = torch.zeros(2, image_size, image_size, 3, dtype=torch.uint8)
    logging.getLogger("torch.onnx").setLevel(logging.ERROR)  # it warns that torchvision, unused here, is missing
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)  # about torch's own use of its own functions
        torch.onnx.export(
            ServedClassifier(network).eval(),
            (example,),
            path,
            input_names=["picture"],
            output_names=["scores"],
            dynamic_shapes={"picture": {0: torch.export.Dim("batch")}},
            dynamo=True,
            external_data=False,
            verbose=False,
        )
    graph = onnx.load(path)
    for holder in (graph, graph.graph, *graph.graph.node, *graph.graph.value_info, *graph.graph.input):
        del holder.metadata_props[:]
    onnx.save(graph, path)
