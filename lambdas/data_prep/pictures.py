"""A picture that was opened and can be trained on. Apart from what opens it, so that nothing else needs Pillow."""

from typing import NamedTuple


class Picture(NamedTuple):
    path: str
    label: str
    reviewed: bool
    digest: str
    """Of its file's content: exact copies have the same."""
