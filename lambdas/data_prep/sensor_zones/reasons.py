"""Why a file is left out."""

from enum import StrEnum


class Reason(StrEnum):
    """Stable words, counted in `dataset.json`; the details are for people."""

    UNSUPPORTED_FILE = "unsupported_file"
    EMPTY = "empty"
    NOT_A_TABLE = "not_a_table"
    MISSING_COLUMNS = "missing_columns"
    BAD_TIMESTAMPS = "bad_timestamps"
    BAD_LABELS = "bad_labels"
    SAME_FILE = "same_file"


class Unusable(Exception):
    """A file that is left out: the reason, and a sentence that says what to do."""

    def __init__(self, reason: Reason, detail: str) -> None:
        super().__init__(detail)
        self.reason = reason
        self.detail = detail
