"""A labelled picture that was opened and can be trained on."""

from pathlib import PurePosixPath
from typing import NamedTuple


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

    @property
    def place(self) -> str:
        return PurePosixPath(self.path).parent.as_posix()
