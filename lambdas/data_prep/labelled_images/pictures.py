"""A picture that was opened and can be trained on. Apart from what opens it, so that nothing else needs Pillow."""

from typing import NamedTuple

LOOK_BITS = 256
"""Of the perceptual hash `look`."""


class Picture(NamedTuple):
    path: str
    label: str
    reviewed: bool
    digest: str
    """Of its file's content: exact copies have the same."""
    look: str
    """Perceptual hash (difference hash), hexadecimal: pictures that look alike differ in few bits."""
