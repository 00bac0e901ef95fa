"""What a line of a manifest of boxed pictures says."""

from typing import ClassVar

from pydantic import Field

from inference.contracts.boxes import LabelledBox
from inference.contracts.dataset import Item

EMPTY = "empty"
"""`label` of a picture without a box; one with boxes has the class of its largest."""


class BoxedItem(Item):
    """One picture. `path` is the object's key below the raw data's prefix; `group` its camera and event."""

    width: int = Field(ge=1, description="pixels of the upright picture")
    height: int = Field(ge=1)
    boxes: tuple[LabelledBox, ...] = Field(description="all there are; none: nothing to be found is in the picture")
    camera: str
    reviewed: bool = Field(default=False, description="a person's review of a prediction says so")

    correctable: ClassVar[frozenset[str]] = Item.correctable | {"boxes", "reviewed"}
