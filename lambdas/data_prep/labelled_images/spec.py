"""What a domain says of its pictures."""

from typing import Literal

from pydantic import Field, model_validator

from inference.contracts.base import Contract


class LabelledImages(Contract):
    """Pictures below a prefix of the raw bucket, and a table of labels (`imageName`, `label`, `reviewedLabel`)."""

    kind: Literal["labelled_images"] = "labelled_images"
    prefix: str = Field(pattern=r"^([^/].*/)?$", description="ends with a slash, or is empty")
    classes: tuple[str, ...] = Field(min_length=2)
    at_most: dict[str, int] = Field(default={}, description="class -> most items kept (undersampling)")
    validation: float = Field(default=0.15, gt=0, lt=0.5, description="share of groups")
    test: float = Field(default=0.15, gt=0, lt=0.5, description="share of groups")
    burst_gap_s: float = Field(
        default=30.0, ge=0, description="pictures named by times that follow within it are one group"
    )
    max_megapixels: float = Field(default=50.0, gt=0)
    max_megabytes: float = Field(default=32.0, gt=0, description="of one picture's file")

    @model_validator(mode="after")
    def _consistent(self) -> "LabelledImages":
        faults = []
        if len(set(self.classes)) != len(self.classes):
            faults.append(f"classes repeat: {self.classes}")
        faults += [
            f"at_most names {name!r}, not one of {self.classes}" for name in self.at_most if name not in self.classes
        ]
        faults += [f"at_most of {name!r} is {n}; at least 3 (one a split)" for name, n in self.at_most.items() if n < 3]
        if faults:
            raise ValueError("; ".join(faults))
        return self
