"""What a picture's file and its decoding tell. Apart from what opens it, so that nothing else needs Pillow."""

from typing import NamedTuple, Protocol

HASH_BITS = 256
"""Of the perceptual hash."""


class Look(NamedTuple):
    digest: str
    """SHA-256 of its file: exact copies have the same."""
    perceptual_hash: str
    """Difference hash, hexadecimal: pictures that look alike differ in few bits."""
    width: int
    """Pixels of the upright picture."""
    height: int


class Seen(Protocol):
    """A picture that was opened and can be trained on, as far as grouping goes by it."""

    @property
    def path(self) -> str: ...

    @property
    def digest(self) -> str: ...

    @property
    def perceptual_hash(self) -> str: ...

    @property
    def occasion(self) -> str:
        """What it must stay together with by its row of labels; empty where it tells none."""

    @property
    def place(self) -> str:
        """Pictures of one place, named by times, may be one burst: a folder or a camera."""
