"""The networks by name. Needs PyTorch and nothing else, so that the edge's own environment builds the same ones."""

from training_containers.image_classification.efficientnet_lite0 import EfficientNetLite0
from training_containers.image_classification.mobilenet_v2 import MobileNetV2
from training_containers.image_classification.mobilenet_v3 import MobileNetV3
from training_containers.image_classification.network import PictureNetwork

ONE_WIDTH = frozenset({"efficientnet_lite0"})
"""Those that no `width_multiplier` scales."""


def build(architecture: str, classes: int, width_multiplier: float = 1.0, dropout_rate: float = 0.2) -> PictureNetwork:
    """A network that has learned nothing.

    Raises:
        ValueError: there is no such architecture.
    """
    match architecture:
        case "efficientnet_lite0":
            return EfficientNetLite0(classes, dropout_rate)
        case "mobilenet_v2":
            return MobileNetV2(classes, width_multiplier, dropout_rate)
        case "mobilenet_v3_small":
            return MobileNetV3(classes, "small", width_multiplier, dropout_rate)
        case "mobilenet_v3_large":
            return MobileNetV3(classes, "large", width_multiplier, dropout_rate)
    raise ValueError(f"there is no architecture {architecture!r}")
