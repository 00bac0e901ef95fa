"""From a network to ONNX: the whole classifier as it is served, or its frozen part for training."""

from pathlib import Path

import numpy as np
import onnx

from training_containers.image_classification.network import PictureNetwork
from training_containers.image_classification.onnx_graph import GraphWriter


def export_onnx(network: PictureNetwork, image_size: int, path: Path) -> None:
    """Write a graph from `picture`, uint8 (batch, size, size, 3), to `scores`, float32 (batch, classes) summing to one.

    The same weights give the same bytes.
    """
    writer = GraphWriter()
    logits = writer.layers(_pooled(writer, network), network.classifier)
    writer.add("Softmax", logits, axis=1, output="scores")
    classes = network.classifier[-1].out_features
    onnx.save(writer.model(image_size, {"scores": classes}), path)


def pooled_features(network: PictureNetwork, image_size: int) -> bytes:
    """A serialized graph from `picture` to `features`, float32 (batch, channels): what the last layer reads."""
    writer = GraphWriter()
    writer.add("Identity", _pooled(writer, network), output="features")
    return writer.model(image_size, {"features": network.classifier[-1].in_features}).SerializeToString()


def _pooled(writer: GraphWriter, network: PictureNetwork) -> str:
    pixels = writer.add("Cast", "picture", to=onnx.TensorProto.FLOAT)
    x = writer.add("Transpose", pixels, perm=[0, 3, 1, 2])
    mean, std = (255 * np.array(v, np.float32).reshape(1, 3, 1, 1) for v in (network.pixel_mean, network.pixel_std))
    x = writer.add("Div", writer.add("Sub", x, writer.constant(mean)), writer.constant(std))
    x = writer.layers(x, network.features)
    return writer.add("Flatten", writer.add("GlobalAveragePool", x))
