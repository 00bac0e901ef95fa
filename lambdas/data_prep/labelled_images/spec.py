"""What a domain says of its pictures."""

from typing import Any, ClassVar, Literal

from pydantic import Field, model_validator

from lambdas.data_prep.spec import KindSpec, Layer, channel

IMAGES = "images.manifest"
"""Lists the pictures of a version, which stay where they are."""


class LabelledImages(KindSpec):
    """Pictures below a prefix of the raw bucket, and a table that labels them, one row a picture."""

    layer: ClassVar[Layer] = "requirements"

    kind: Literal["labelled_images"] = "labelled_images"
    classes: tuple[str, ...] = Field(min_length=2)
    at_most: dict[str, int] = Field(default={}, description="class -> most items kept (undersampling)")
    validation: float = Field(default=0.15, gt=0, lt=0.5, description="share of groups")
    test: float = Field(default=0.15, gt=0, lt=0.5, description="share of groups")
    burst_gap_s: float = Field(
        default=30.0, ge=0, description="pictures named by times that follow within it are one group"
    )
    max_megapixels: float = Field(default=50.0, gt=0)
    max_megabytes: float = Field(default=32.0, gt=0, description="of one picture's file")
    name_column: str = Field(default="imageName", description="the label table's key: the object key, or below prefix")
    label_column: str = "label"
    review_column: str = Field(default="reviewedLabel", description="a person's correction, which wins")

    @model_validator(mode="after")
    def _consistent(self) -> "LabelledImages":
        faults = []
        if len(set(self.classes)) != len(self.classes):
            faults.append(f"classes repeat: {self.classes}")
        faults += [
            f"at_most names {name!r}, not one of {self.classes}" for name in self.at_most if name not in self.classes
        ]
        faults += [f"at_most of {name!r} is {n}; at least 3 (one a split)" for name, n in self.at_most.items() if n < 3]
        if len(set(self.label_columns)) != len(self.label_columns):
            faults.append(f"the label table's columns repeat: {self.label_columns}")
        if faults:
            raise ValueError("; ".join(faults))
        return self

    @property
    def label_columns(self) -> tuple[str, ...]:
        return self.name_column, self.label_column, self.review_column

    def channels(self, uri: str) -> tuple[dict[str, Any], ...]:
        """The pictures come from the raw bucket, by a list of them."""
        return *super().channels(uri), channel("images", "ManifestFile", f"{uri}{IMAGES}")
