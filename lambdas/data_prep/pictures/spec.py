"""What a domain says of its pictures, whatever their labels are."""

import json
from collections.abc import Iterable
from math import isclose
from typing import Any, ClassVar, Self

from pydantic import Field, model_validator

from inference.contracts import Item
from lambdas.data_prep.spec import KindSpec, Layer, channel

IMAGES = "images.manifest"
"""Lists the pictures of a version, which stay where they are."""


class PicturesSpec(KindSpec):
    """Pictures below a prefix of the raw bucket, and a table that labels them, one row a picture."""

    layer: ClassVar[Layer] = "requirements"

    validation: float = Field(default=0.15, gt=0, lt=0.5, description="share of groups")
    test: float = Field(default=0.15, gt=0, lt=0.5, description="share of groups")
    split_ratio: str | None = Field(
        default=None, description='training, validation and test ("0.7,0.15,0.15"), instead of the two shares'
    )
    calibration: float = Field(default=0.0, ge=0, lt=0.5, description="share of the groups that would be trained on")
    burst_gap_s: float = Field(
        default=30.0, ge=0, description="pictures named by times that follow within it are one group"
    )
    reviewed_share: float = Field(
        default=0.3, ge=0, lt=1, description="share of reviewed groups for the split `reviewed`"
    )
    max_megapixels: float = Field(default=50.0, gt=0)
    max_megabytes: float = Field(default=32.0, gt=0, description="of one picture's file")
    name_column: str = Field(default="imageName", description="the label table's key: the object key, or below prefix")

    @model_validator(mode="after")
    def _columns_and_shares(self) -> Self:
        if len(set(self.label_columns)) != len(self.label_columns):
            raise ValueError(f"the label table's columns repeat: {self.label_columns}")
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

    def channels(self, uri: str) -> tuple[dict[str, Any], ...]:
        """The pictures come from the raw bucket, by a list of them."""
        return *super().channels(uri), channel("images", "ManifestFile", f"{uri}{IMAGES}")

    def listing(self, raw_bucket: str, items: Iterable[Item]) -> bytes:
        """A prefix, then keys below it: https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_S3DataSource.html"""
        return json.dumps([{"prefix": f"s3://{raw_bucket}/{self.prefix}"}, *(item.path for item in items)]).encode()
