"""What can be set, and what is fixed."""

from dataclasses import dataclass
from typing import Literal

from pydantic import Field

from training_containers.contract import Hyperparameters


class ObjectDetectionHyperparameters(Hyperparameters):
    """Defaults suit some thousands of pictures and a GPU; a few hundred on two cores take `image_size` 192 to 256."""

    architecture: Literal["ssdlite_efficientnet_lite0"] = "ssdlite_efficientnet_lite0"
    image_size: int = Field(default=320, ge=64, le=512, multiple_of=32, description="both sides of the input, pixels")
    frozen_epochs: int = Field(default=20, ge=0, le=1000, description="of the heads alone, the backbone frozen")
    frozen_views: int = Field(
        default=4, ge=1, le=32, description="versions of each picture that those epochs draw from"
    )
    frozen_learning_rate: float = Field(default=6e-3, gt=0, le=1, description="peak, in the frozen epochs")
    epochs: int = Field(default=30, ge=0, le=1000, description="of all layers, after the frozen ones")
    learning_rate: float = Field(default=3e-4, gt=0, le=1, description="peak; linear warm-up, then a cosine to zero")
    batch_size: int = Field(default=8, ge=1, le=256, description="pictures a process and step")
    weight_decay: float = Field(default=1e-4, ge=0, le=1, description="AdamW's")
    early_stopping_patience: int = Field(default=8, ge=1, description="epochs without a better validation AP")
    early_stopping_min_delta: float = Field(default=0.001, ge=0, description="what counts as better")
    false_positives_per_empty: float = Field(
        default=0.1, ge=0, le=100, description="boxes told per empty validation picture, at most: bounds the threshold"
    )
    seed: int = Field(default=0, ge=0, lt=2**31)
    edge_export: Literal["none", "measured"] = Field(
        default="none", description="measured: add the TensorFlow Lite format, float32 or int8, that measures better"
    )
    edge_slow_ms: float = Field(
        default=1000.0,
        gt=0,
        le=10_000,
        description="a device whose 95th percentile is above refuses the model; a camera trap takes few pictures",
    )


@dataclass(frozen=True, kw_only=True)
class Augmentation:
    """Random changes to training pictures; each is drawn uniformly from [-amount, amount]."""

    flip_probability: float = 0.5  # left to right; cameras stand upright, so never upside down
    zoom: float = 0.35  # relative
    shift: float = 0.15  # of the picture's width and height
    brightness: float = 0.3  # relative
    contrast: float = 0.3  # relative
    saturation: float = 0.4  # relative
    least_visible: float = 0.35  # of a box's area: what is left of it in the picture, or it is no box any more


AUGMENTATION = Augmentation()
