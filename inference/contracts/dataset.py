"""A dataset version: an immutable manifest of prepared data, and its summary.

`manifest.jsonl` holds one `Item` a line; `dataset.json` holds the `DatasetSummary`. The version is the manifest's hash.
"""

from enum import StrEnum

from pydantic import Field

from inference.contracts.base import Contract


class Split(StrEnum):
    TRAIN = "train"
    VALIDATION = "validation"
    TEST = "test"


class Item(Contract):
    """One labelled piece of data. Items of one group never straddle a split."""

    path: str = Field(description="object key below the raw data's prefix; also the file's path in its channel")
    label: str
    split: Split
    group: str = Field(description="what must stay together: content hash, burst, sensor, module")


class DatasetSummary(Contract):
    """Counts a person reads, and the classes a container trains on."""

    domain: str
    version: str
    classes: tuple[str, ...]
    counts: dict[Split, dict[str, int]] = Field(description="split -> class -> items")
    duplicates: int = Field(description="surplus exact copies, left out of the manifest")
    undersampled: dict[str, int] = Field(default={}, description="class -> items left out to respect its limit")
    quarantined: dict[str, int] = Field(default={}, description="reason -> items")
    examples: dict[str, tuple[str, ...]] = Field(default={}, description="reason or `duplicates` -> some names")
