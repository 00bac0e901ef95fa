"""A picture that was opened and can be trained on. Apart from what opens it, so that nothing else needs Pillow."""

from typing import NamedTuple

HASH_BITS = 256
"""Of the perceptual hash."""


class Picture(NamedTuple):
    path: str
    label: str
    reviewed: bool
    digest: str
    """Of its file's content: exact copies have the same."""
    perceptual_hash: str
    """Difference hash, hexadecimal: pictures that look alike differ in few bits."""
    recording: str = ""
    """As its row of labels tells; empty where it tells none."""
    occasion: str = ""
    """What it must stay together with by its row of labels; empty where it tells none."""
