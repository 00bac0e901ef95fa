"""What a domain says of its pictures."""

from math import isclose
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
    max_frames: int | None = Field(default=None, ge=9, description="most items kept in all, spread over groups")
    validation: float = Field(default=0.15, gt=0, lt=0.5, description="share of groups")
    test: float = Field(default=0.15, gt=0, lt=0.5, description="share of groups")
    split_ratio: str | None = Field(
        default=None, description='training, validation and test ("0.7,0.15,0.15"), instead of the two shares'
    )
    calibration: float = Field(default=0.0, ge=0, lt=0.5, description="share of the groups that would be trained on")
    burst_gap_s: float = Field(
        default=30.0, ge=0, description="pictures named by times that follow within it are one group"
    )
    max_megapixels: float = Field(default=50.0, gt=0)
    max_megabytes: float = Field(default=32.0, gt=0, description="of one picture's file")
    name_column: str = Field(default="imageName", description="the label table's key: the object key, or below prefix")
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
        if self.balanced is not None and not 0 <= self.balanced[0] < self.balanced[1] <= 1:
            faults.append(f"balanced is {self.balanced}; give two shares, the lower first, such as (0.4, 0.6)")
        if faults:
            raise ValueError("; ".join(faults))
        _ = self.shares
        return self

    @property
    def shares(self) -> tuple[float, float]:
        """Of groups: validation and test. Raises ValueError for a `split_ratio` that is none."""
        if self.split_ratio is None:
            return self.validation, self.test
        try:
            train, validation, test = (float(part) for part in self.split_ratio.split(","))
        except ValueError:
            train, validation, test = 0.0, 0.0, 0.0
        if not (train > 0 and 0 < validation < 0.5 and 0 < test < 0.5 and isclose(train + validation + test, 1)):
            raise ValueError(
                f"split_ratio is {self.split_ratio!r}; give the shares of training, validation and test, which sum to "
                'one, the last two below a half: "0.7,0.15,0.15"'
            )
        return validation, test

    @property
    def label_columns(self) -> tuple[str, ...]:
        return self.name_column, self.label_column, self.review_column, *self.group_columns

    def channels(self, uri: str) -> tuple[dict[str, Any], ...]:
        """The pictures come from the raw bucket, by a list of them."""
        return *super().channels(uri), channel("images", "ManifestFile", f"{uri}{IMAGES}")
