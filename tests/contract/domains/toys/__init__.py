"""Raw data that a kind's preparation takes and a container learns from within seconds: one module a kind of data."""

from collections.abc import Callable
from typing import Any

from tests.contract.domains.toys import boxes, labelled_images, sensor_zones, telemetry
from tests.contract.domains.toys.base import ToyData

__all__ = ["HYPERPARAMETERS", "TOYS", "ToyData"]

TOYS: dict[str, Callable[[Any], ToyData]] = {
    "boxes": boxes.make,
    "labelled_images": labelled_images.make,
    "sensor_zones": sensor_zones.make,
    "telemetry": telemetry.make,
}
"""Kind of data -> from a domain's spec to raw data."""

HYPERPARAMETERS = {
    "image_classification": {
        "architecture": "mobilenet_v2",  # from scratch: the image's own weights take a larger network
        "train_only_top_layer": "false",
        "epochs": "3",
        "batch_size": "12",
        "image_size": "64",  # 32 leaves one pixel before the last layer, too few for batch statistics
        "width_multiplier": "0.1",
        "learning_rate": "0.01",
    },
    "ensemble": {
        "folds": "2",
        "epochs": "1",
        "most_rows": "4000",
        "most_windows": "1000",
        "rounds": "10",
        "trees": "10",
        "width": "8",
    },
    "object_detection": {"image_size": "64", "frozen_epochs": "3", "frozen_views": "2", "epochs": "0"},
    "tabular": {"trials": "0", "folds": "2", "negatives": "1000", "rounds": "20"},
}
"""Container -> what makes it end within seconds."""
