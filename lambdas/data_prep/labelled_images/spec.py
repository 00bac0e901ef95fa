"""What a domain says of its pictures."""

from typing import Literal, Self

from pydantic import Field, model_validator

from lambdas.common.reviewed_rows import FrameField, ReviewedField, ReviewedRows
from lambdas.data_prep.pictures.spec import PicturesSpec


class LabelledImages(PicturesSpec):
    """Pictures of one class each; a row of the label table says which."""

    kind: Literal["labelled_images"] = "labelled_images"
    classes: tuple[str, ...] = Field(min_length=2)
    at_most: dict[str, int] = Field(default={}, description="class -> most items kept beside reviews (undersampling)")
    max_frames: int | None = Field(default=None, ge=9, description="most items kept beside reviews, spread over groups")
    label_column: str = "label"
    review_column: str = Field(default="reviewedLabel", description="a person's correction, which wins")
    group_columns: tuple[str, ...] = Field(
        default=(), description="pictures whose rows agree in all of these are one group; the first is their recording"
    )
    enough_pictures: int = Field(default=0, ge=0, description="with fewer, a finding warns")
    balanced: tuple[float, float] | None = Field(
        default=None, description="least and largest share of a class; outside, a finding warns"
    )

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        faults = []
        if len(set(self.classes)) != len(self.classes):
            faults.append(f"classes repeat: {self.classes}")
        faults += [
            f"at_most names {name!r}, not one of {self.classes}" for name in self.at_most if name not in self.classes
        ]
        faults += [f"at_most of {name!r} is {n}; at least 3 (one a split)" for name, n in self.at_most.items() if n < 3]
        if self.balanced is not None and not 0 <= self.balanced[0] < self.balanced[1] <= 1:
            faults.append(f"balanced is {self.balanced}; give two shares, the lower first, such as (0.4, 0.6)")
        if faults:
            raise ValueError("; ".join(faults))
        return self

    @property
    def label_columns(self) -> tuple[str, ...]:
        return self.name_column, self.label_column, self.review_column, *self.group_columns

    @property
    def reviewed_rows(self) -> ReviewedRows:
        """Pictures of one burst are one group; frames are labelled where one of a recording is."""
        columns: dict[str, ReviewedField] = {self.label_column: "answered", self.review_column: "label"}
        frame: dict[str, FrameField] = {self.label_column: "label", "recording": "recording", "scene": "scene"}
        whole = "recording" in self.group_columns and {*self.group_columns} <= {*frame}
        return ReviewedRows(
            key=self.name_column,
            columns=columns | dict.fromkeys(self.group_columns, "burst"),
            frame=frame if whole else {},
            classes=self.classes,
        )
