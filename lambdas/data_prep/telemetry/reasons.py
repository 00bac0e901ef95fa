"""Why a table is left out."""

from enum import StrEnum


class Reason(StrEnum):
    """Stable words, counted in `dataset.json`; the details are for people."""

    UNSUPPORTED_FILE = "unsupported_file"
    EMPTY = "empty"
    NOT_A_TABLE = "not_a_table"
    UNSUPPORTED_CODEC = "unsupported_codec"
    MISSING_COLUMNS = "missing_columns"
    WRONG_UNIT = "wrong_unit"
    BAD_TIMESTAMPS = "bad_timestamps"
    BAD_VALUES = "bad_values"
    TOO_COARSE = "too_coarse"
    UNKNOWN_ENTITIES = "unknown_entities"
