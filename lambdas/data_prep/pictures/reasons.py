"""Why a picture or a row of labels is left out."""

from enum import StrEnum


class Reason(StrEnum):
    """Stable words, counted in `dataset.json`; the details are for people."""

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
    INVALID_BOX = "invalid_box"
    BOX_OUTSIDE = "box_outside"
