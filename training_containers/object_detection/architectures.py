"""The detectors by name, and the weights they start from."""

from pathlib import Path

import torch
from torch import Tensor

from training_containers.contract import ConfigurationFault
from training_containers.image_classification.efficientnet_lite0 import EfficientNetLite0
from training_containers.image_classification.imagenet import shipped_weights
from training_containers.image_classification.pretrained import load as load_backbone
from training_containers.object_detection.network import Backbone, Detector

CHANNEL, FILE = "pretrained", "model.pt"
LAST = ("heads.score.",)
"""Layers whose shapes are the classes'."""


def build(architecture: str, classes: int, *, pretrained: bool = True) -> Detector:
    """A detector whose backbone has its ImageNet weights (or none) and whose heads have learned nothing.

    Raises:
        ConfigurationFault: the image's weights are not what they should be.
        ValueError: there is no such architecture.
    """
    if architecture == "ssdlite_efficientnet_lite0":
        network = EfficientNetLite0(1)
        if pretrained:
            load_backbone(network, shipped_weights())
        return Detector(Backbone(network, cuts=(8, 14, 19), channels=(40, 112, 320)), classes)
    raise ValueError(f"there is no architecture {architecture!r}")


def load_detector(detector: Detector, channel: Path) -> None:
    """Load the state dict of a detector of the same architecture; scores of other classes start anew.

    Raises:
        ConfigurationFault: the file is missing, is no state dict, or is one of another network.
    """
    try:
        weights: dict[str, Tensor] = torch.load(channel / FILE, map_location="cpu", weights_only=True)
        own = detector.state_dict()
        other = [name for name, value in own.items() if name in weights and weights[name].shape != value.shape]
        if other and all(name.startswith(LAST) for name in other):
            weights = {name: value for name, value in weights.items() if name not in other}
            weights |= {name: own[name] for name in other}
        detector.load_state_dict(weights)
    except Exception as error:  # unreadable, not weights-only, not a dict, other names or shapes: the same fix for all
        raise ConfigurationFault(
            f"the channel '{CHANNEL}' has no usable {FILE} ({type(error).__name__}: {str(error)[:300]}). It must hold "
            "the state dict of this architecture's detector, as a run leaves it in its output."
        ) from error
