"""A dataset version: an immutable manifest of prepared data, and its summary.

`manifest.jsonl` holds one `Item` a line; `dataset.json` holds the `DatasetSummary`. The version is the manifest's hash.
"""

from enum import StrEnum
from typing import Any, ClassVar

from pydantic import Field

from inference.contracts.base import Contract


class Split(StrEnum):
    TRAIN = "train"
    VALIDATION = "validation"
    TEST = "test"
    CALIBRATION = "calibration"
    """Taken from what would be trained on, where a model is quantised after training."""
    REVIEWED = "reviewed"
    """A share of what people reviewed: never trained on, and no part of the test split, which stays as it was."""


SPLITS = (Split.TRAIN, Split.VALIDATION, Split.TEST)
"""What every dataset version has; the others, some have."""


class Item(Contract):
    """One labelled piece of data; a kind may add fields. Items of one group never straddle a split."""

    path: str = Field(description="object key below the raw data's prefix; also the file's path in its channel")
    label: str = Field(description="the class that it is split and counted by")
    split: Split
    group: str = Field(description="what must stay together: content hash, burst, site, entity")

    correctable: ClassVar[frozenset[str]] = frozenset({"label", "group"})
    """Fields that may be corrected: a test item with another label is the same test item."""


class Finding(Contract):
    """Something about raw data that a person should know: what was repaired and how, or what was left as it is."""

    item: str = Field(description="the file, or the file and entity")
    kind: str
    count: int = Field(ge=1, description="rows or values concerned")
    detail: str = Field(description="one sentence: what, and what was done about it")
    repaired: bool


class DatasetSummary(Contract):
    """Counts a person reads, and the classes a container trains on."""

    domain: str
    version: str
    classes: tuple[str, ...]
    counts: dict[Split, dict[str, int]] = Field(description="split -> class, or other label -> items")
    test_split: str | None = Field(default=None, description="fingerprint of the test items, whatever else changes")
    raw_bytes: int | None = Field(default=None, description="of the raw data it was made of; None: nobody asked")
    duplicates: int = Field(description="surplus exact copies, left out of the manifest")
    undersampled: dict[str, int] = Field(default={}, description="class -> items left out to respect its limit")
    quarantined: dict[str, int] = Field(default={}, description="reason -> items")
    examples: dict[str, tuple[str, ...]] = Field(default={}, description="reason or `duplicates` -> some names")
    contents: dict[str, Any] | None = Field(default=None, description="what the files hold, in the kind's own contract")
    findings: tuple[Finding, ...] = Field(default=(), description="for the data report")
