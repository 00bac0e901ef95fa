"""Reads and inspects pictures, many at a time, while there is time."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Protocol, TypeVar

from lambdas.common.errors import VigilError
from lambdas.data_prep.clients import READERS, Bucket
from lambdas.data_prep.pictures.inspection import inspect
from lambdas.data_prep.pictures.look import Look
from lambdas.data_prep.pictures.reasons import Reason
from lambdas.data_prep.pictures.spec import PicturesSpec
from lambdas.data_prep.quarantine import Rejection

CHUNK = 256
"""Pictures between two checks of the time left."""
RESERVE_MS = 45_000
"""Left for what follows: putting the dataset together and writing it."""


class TimeBudgetError(VigilError):
    """The pictures cannot be read within one invocation."""


class Named(Protocol):
    @property
    def path(self) -> str:
        """Below the prefix."""


C = TypeVar("C", bound=Named)
P = TypeVar("P", bound=Named)


def read_all(
    candidates: Sequence[C],
    made: Callable[[C, Look], P | Rejection],
    raw: Bucket,
    spec: PicturesSpec,
    remaining_ms: Callable[[], int],
) -> tuple[list[P], list[Rejection]]:
    """Pictures, as `made` of what a row says and how its file looks.

    Raises TimeBudgetError rather than being cut off without a word.
    """
    pictures: list[P] = []
    rejections: list[Rejection] = []

    def read(candidate: C) -> P | Rejection:
        body = raw.read(f"{spec.prefix}{candidate.path}")
        if body is None:
            return Rejection(candidate.path, Reason.MISSING, "removed while it was being prepared")
        look = inspect(candidate.path, body, spec.max_megapixels)
        return look if isinstance(look, Rejection) else made(candidate, look)

    with ThreadPoolExecutor(READERS) as readers:
        for start in range(0, len(candidates), CHUNK):
            if remaining_ms() < RESERVE_MS:
                raise TimeBudgetError(
                    f"Read {start} of {len(candidates)} pictures before the time ran out. "
                    "Give the function more time, or set large_data in the domain's definition (a Distributed Map)."
                )
            for outcome in readers.map(read, candidates[start : start + CHUNK]):
                if isinstance(outcome, Rejection):
                    rejections.append(outcome)
                else:
                    pictures.append(outcome)
    return pictures, rejections
