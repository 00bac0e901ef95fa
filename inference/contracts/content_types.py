"""What a model reads, by task: the same to the serving process, to the router and in the model registry."""

from collections.abc import Mapping
from typing import Literal

Task = Literal["image_classification", "tabular"]

PICTURES = ("image/jpeg", "image/png", "application/x-image")
JSON = "application/json"
CONTENT_TYPES: Mapping[Task, tuple[str, ...]] = {"image_classification": PICTURES, "tabular": (JSON,)}
"""Of a request to the model. The router reads JSON for pictures too: a reference to one in S3."""
ANSWER_TYPE = JSON
