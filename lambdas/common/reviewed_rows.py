"""How a settled review becomes a row of the label table, as the kind of data says."""

from typing import Literal

from pydantic import Field

from inference.contracts.base import Contract
from inference.contracts.reviews import Detection

REVIEWED_FOLDER = "reviewed/"
"""Below the raw data's prefix: copies of pictures that people reviewed."""
LABELLED_FOLDER = "labelled/"
"""Below the raw data's prefix: copies of frames that people labelled. They are originals as any that was imported."""
REVIEW = "review"
"""What the field `source` of their rows says."""
ReviewedField = Literal["answered", "label", "boxes", "camera", "burst", "source"]
"""`answered`: the model's label; `label`, `boxes` (JSON): the truth; `source`: always REVIEW."""
FrameField = Literal["label", "recording", "scene"]


class ReviewedRows(Contract):
    key: str = Field(description="the column with the picture's path below the prefix")
    columns: dict[str, ReviewedField] = Field(min_length=1, description="column -> what it holds")
    frame: dict[str, FrameField] = Field(
        default={}, description="column -> what it holds of a labelled frame; empty: frames are not labelled"
    )
    classes: tuple[str, ...] = Field(min_length=1, description="what a person may say is there")

    @property
    def takes(self) -> Literal["boxes", "label"]:
        """Which truth a row holds."""
        return "boxes" if "boxes" in self.columns.values() else "label"


def raw_path(one: Detection) -> str:
    """Of the copy, below the raw data's prefix."""
    return f"{REVIEWED_FOLDER if one.frame is None else LABELLED_FOLDER}{one.detection_id}.jpg"
