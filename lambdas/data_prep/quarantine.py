"""What is left out of a dataset version, and why. Never fatal: a broken picture costs that picture only."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from enum import StrEnum
from typing import NamedTuple

EXAMPLES = 50
"""Names listed for each reason in `dataset.json`; the records in the quarantine name all."""


class Reason(StrEnum):
    """Counted in `dataset.json`; stable words, the details are for people."""

    INVALID_LABEL = "invalid_label"
    MISSING = "missing"
    UNLABELLED = "unlabelled"
    UNKNOWN_CLASS = "unknown_class"
    UNSUPPORTED_FILE = "unsupported_file"
    EMPTY = "empty"
    TOO_LARGE = "too_large"
    NOT_JPEG = "not_jpeg"
    TOO_MANY_PIXELS = "too_many_pixels"
    UNDECODABLE = "undecodable"
    CONFLICTING_LABELS = "conflicting_labels"
    NOT_A_TABLE = "not_a_table"
    UNSUPPORTED_CODEC = "unsupported_codec"
    MISSING_COLUMNS = "missing_columns"
    WRONG_UNIT = "wrong_unit"
    BAD_TIMESTAMPS = "bad_timestamps"
    BAD_VALUES = "bad_values"
    TOO_COARSE = "too_coarse"
    UNKNOWN_ENTITIES = "unknown_entities"


class Rejection(NamedTuple):
    """One item left out; the original stays where it is."""

    item: str
    reason: Reason
    detail: str


def counts(rejections: Iterable[Rejection]) -> dict[str, int]:
    return dict(sorted(Counter(rejection.reason.value for rejection in rejections).items()))


def examples(rejections: Iterable[Rejection]) -> dict[str, tuple[str, ...]]:
    """The first names of each reason, in order of name."""
    names: dict[str, list[str]] = defaultdict(list)
    for rejection in sorted(rejections):
        if len(names[rejection.reason]) < EXAMPLES:
            names[rejection.reason].append(rejection.item)
    return {reason: tuple(names[reason]) for reason in sorted(names)}
