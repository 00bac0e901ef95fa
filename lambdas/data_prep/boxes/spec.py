"""What a domain says of its pictures with boxes."""

from typing import Literal, Self

from pydantic import Field, model_validator

from inference.contracts.boxes_item import EMPTY
from lambdas.common.reviewed_rows import ReviewedRows
from lambdas.data_prep.pictures.spec import PicturesSpec


class Boxes(PicturesSpec):
    """Pictures with any number of boxes, also none; a row of the label table has them as a JSON text."""

    kind: Literal["boxes"] = "boxes"
    classes: tuple[str, ...] = Field(min_length=1)
    boxes_column: str = Field(default="boxes", description='JSON: [{"label", "x", "y", "width", "height"}], in pixels')
    camera_column: str = "camera"
    event_column: str = Field(default="event", description="pictures of one camera and event are one group")
    source_column: str = Field(default="source", description='"review": a person\'s review of a prediction; else empty')
    reviewed_validation: float = Field(
        default=0.2, ge=0, lt=1, description="share of reviewed groups for validation; what is left trains"
    )
    whole_cameras: int = Field(
        default=20, ge=3, description="with as many cameras, whole cameras are split: the test shows unknown places"
    )
    least_empties: int = Field(
        default=1, ge=0, description="pictures without a box in each split; 0: a finding warns where there are none"
    )
    enough_cameras: int = Field(default=3, ge=0, description="with fewer, a finding warns")
    tiny: float = Field(default=0.001, ge=0, lt=1, description="share of the picture; of smaller boxes a finding warns")

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        faults = []
        if len(set(self.classes)) != len(self.classes):
            faults.append(f"classes repeat: {self.classes}")
        if self.reviewed_share + self.reviewed_validation >= 1:
            shares = f"{self.reviewed_share:g} and {self.reviewed_validation:g}"
            faults.append(f"reviewed_share and reviewed_validation are {shares}; below 1 together, so that some train")
        if EMPTY in self.classes:
            faults.append(f"{EMPTY!r} is no class: it is what a picture without a box is counted as; take it out")
        if faults:
            raise ValueError("; ".join(faults))
        return self

    @property
    def label_columns(self) -> tuple[str, ...]:
        return self.name_column, self.boxes_column, self.camera_column, self.event_column, self.source_column

    @property
    def reviewed_rows(self) -> ReviewedRows:
        return ReviewedRows(
            key=self.name_column,
            columns={
                self.boxes_column: "boxes",
                self.camera_column: "camera",
                self.event_column: "burst",
                self.source_column: "source",
            },
            classes=self.classes,
        )
