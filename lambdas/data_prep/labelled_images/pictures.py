"""A labelled picture that was opened and can be trained on."""

from pathlib import PurePosixPath
from typing import NamedTuple

from lambdas.common.reviewed_rows import REVIEWED_FOLDER


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
    def is_review(self) -> bool:
        """A review of a prediction; an original may be `reviewed` too, by a correction in its own row."""
        return self.reviewed and self.path.startswith(REVIEWED_FOLDER)

    def labelled_as(self, review: "Picture") -> "Picture":
        return self._replace(label=review.label)

    @property
    def place(self) -> str:
        return PurePosixPath(self.path).parent.as_posix()
