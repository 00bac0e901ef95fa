"""From a network to ONNX: the whole classifier as it is served, or its frozen part for training."""

from pathlib import Path

import numpy as np
import onnx
from numpy.typing import NDArray

from training_containers.image_classification.network import PictureNetwork
from training_containers.image_classification.onnx_graph import GraphWriter


def export_onnx(
    network: PictureNetwork, image_size: int, path: Path, projection: NDArray[np.float32] | None = None
) -> None:
    """Write a graph from `picture`, uint8 (batch, size, size, 3), to `scores`, float32 (batch, classes) summing to one.

    The same weights give the same bytes.

    Args:
        projection: (channels, components); gives a second output, `embedding` (batch, components), of the features
            that the classifier reads. Only for features that training left as they were: others mean another thing
            each time.
    """
    writer = GraphWriter()
    pooled = _pooled(writer, network)
    writer.add("Softmax", writer.layers(pooled, network.classifier), axis=1, output="scores")
    outputs = {"scores": network.classifier[-1].out_features}
    if projection is not None:
        writer.add("MatMul", pooled, writer.constant(projection), output="embedding")
        outputs["embedding"] = projection.shape[1]
    onnx.save(writer.model(image_size, outputs), path)


def pooled_features(network: PictureNetwork, image_size: int) -> bytes:
    """A serialized graph from `picture` to `features`, float32 (batch, channels): what the classifier reads."""
    writer = GraphWriter()
    writer.add("Identity", _pooled(writer, network), output="features")
    return writer.model(image_size, {"features": network.channels}).SerializeToString()


def _pooled(writer: GraphWriter, network: PictureNetwork) -> str:
    pixels = writer.add("Cast", "picture", to=onnx.TensorProto.FLOAT)
    x = writer.add("Transpose", pixels, perm=[0, 3, 1, 2])
    mean, std = (255 * np.array(v, np.float32).reshape(1, 3, 1, 1) for v in (network.pixel_mean, network.pixel_std))
    x = writer.add("Div", writer.add("Sub", x, writer.constant(mean)), writer.constant(std))
    x = writer.layers(x, network.features)
    return writer.add("Flatten", writer.add("GlobalAveragePool", x))
