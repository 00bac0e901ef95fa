"""Starts a network from the weights of the `pretrained` channel."""

from pathlib import Path

import torch

from training_containers.contract import ConfigurationFault
from training_containers.image_classification.model import MobileNetV2

CHANNEL = "pretrained"
FILE = "model.pt"
HEAD = "classifier.1."


def load_pretrained(network: MobileNetV2, channel: Path) -> None:
    """Load a torchvision-compatible `mobilenet_v2` state dict; a last layer of other classes is left out.

    Raises:
        ConfigurationFault: the file is missing, is no state dict, or is one of another network.
    """
    path = channel / FILE
    try:
        weights = torch.load(path, map_location="cpu", weights_only=True)
        own = network.state_dict()
        if any(weights[name].shape != own[name].shape for name in own if name.startswith(HEAD) and name in weights):
            weights = {name: value for name, value in weights.items() if not name.startswith(HEAD)}
        outcome = network.load_state_dict(weights, strict=False)
    except Exception as error:  # unreadable, not weights-only, not a dict, other shapes: the same fix for all
        raise ConfigurationFault(
            f"the channel '{CHANNEL}' has no usable {FILE} ({type(error).__name__}: {error}). It must hold the "
            "state dict of torchvision's mobilenet_v2, saved with torch.save, with width_multiplier 1.0."
        ) from error
    missing = [name for name in outcome.missing_keys if not name.startswith(HEAD)]
    if missing or outcome.unexpected_keys:
        raise ConfigurationFault(
            f"{FILE} of the channel '{CHANNEL}' belongs to another network: {len(missing)} weights are missing and "
            f"{len(outcome.unexpected_keys)} are unknown (e.g. {[*missing, *outcome.unexpected_keys][0]})."
        )
