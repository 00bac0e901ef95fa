"""What can be set, and what is fixed."""

from dataclasses import dataclass
from typing import Literal

from pydantic import Field

from training_containers.contract import Hyperparameters


class ImageClassificationHyperparameters(Hyperparameters):
    """Defaults suit EfficientNet-Lite0 from ImageNet weights.

    From scratch (a MobileNet without a `pretrained` channel) a learning rate of 1e-3 to 3e-3 and more patience are
    needed.
    """

    architecture: Literal["efficientnet_lite0", "mobilenet_v2", "mobilenet_v3_small", "mobilenet_v3_large"] = (
        "efficientnet_lite0"
    )
    frozen_epochs: int = Field(default=40, ge=1, le=1000, description="of the last layer alone, if there are weights")
    frozen_learning_rate: float = Field(default=3e-3, gt=0, le=1, description="peak, in the frozen epochs")
    train_only_top_layer: bool = Field(default=True, description="end after the frozen epochs")
    epochs: int = Field(default=50, ge=1, le=1000, description="of all layers")
    learning_rate: float = Field(default=1e-4, gt=0, le=1, description="peak; linear warm-up, then a cosine to zero")
    batch_size: int = Field(default=16, ge=1, le=1024, description="pictures a process and step")
    dropout_rate: float = Field(default=0.3, ge=0, lt=1, description="before the last layer")
    image_size: int = Field(default=224, ge=32, le=512, description="width and height of the network's input, pixels")
    width_multiplier: float = Field(default=1.0, ge=0.1, le=2, description="the MobileNets'; weights exist for 1.0")
    weight_decay: float = Field(default=0.01, ge=0, le=1, description="AdamW's")
    label_smoothing: float = Field(default=0.1, ge=0, lt=1)
    early_stopping_patience: int = Field(default=10, ge=1, description="epochs without a better validation loss")
    early_stopping_min_delta: float = Field(default=0.001, ge=0, description="what counts as better")
    seed: int = Field(default=0, ge=0, lt=2**31)
    edge_export: Literal["none", "measured"] = Field(
        default="none", description="measured: add the TensorFlow Lite format, float32 or int8, that measures better"
    )
    edge_slow_ms: float = Field(
        default=100.0, gt=0, le=10_000, description="a device whose 95th percentile is above refuses the model"
    )


@dataclass(frozen=True, kw_only=True)
class Augmentation:
    """Random changes to training pictures; each is drawn uniformly from [-amount, amount]."""

    flip_probability: float = 0.5  # left to right; cameras stand upright, so never upside down
    rotation_degrees: float = 15.0
    zoom: float = 0.25  # relative
    shift: float = 0.1  # of the picture's width and height
    brightness: float = 0.2  # relative
    contrast: float = 0.2  # relative


AUGMENTATION = Augmentation()
