"""Reads and inspects pictures, many at a time, while there is time."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

from lambdas.common.errors import VigilError
from lambdas.data_prep.clients import READERS, Bucket
from lambdas.data_prep.labelled_images.inspection import inspect
from lambdas.data_prep.labelled_images.labels import Candidate
from lambdas.data_prep.labelled_images.pictures import Picture
from lambdas.data_prep.labelled_images.reasons import Reason
from lambdas.data_prep.labelled_images.spec import LabelledImages
from lambdas.data_prep.quarantine import Rejection

CHUNK = 256
"""Pictures between two checks of the time left."""
RESERVE_MS = 45_000
"""Left for what follows: putting the dataset together and writing it."""


class TimeBudgetError(VigilError):
    """The pictures cannot be read within one invocation."""


def read_all(
    candidates: Sequence[Candidate], raw: Bucket, spec: LabelledImages, remaining_ms: Callable[[], int]
) -> tuple[list[Picture], list[Rejection]]:
    """Raises TimeBudgetError rather than being cut off without a word."""
    pictures: list[Picture] = []
    rejections: list[Rejection] = []

    def read(candidate: Candidate) -> Picture | Rejection:
        body = raw.read(f"{spec.prefix}{candidate.path}")
        if body is None:
            return Rejection(candidate.path, Reason.MISSING, "removed while it was being prepared")
        return inspect(candidate, body, spec.max_megapixels)

    with ThreadPoolExecutor(READERS) as readers:
        for start in range(0, len(candidates), CHUNK):
            if remaining_ms() < RESERVE_MS:
                raise TimeBudgetError(
                    f"Read {start} of {len(candidates)} pictures before the time ran out. "
                    "Give the function more time, or set large_data in the domain's definition (a Distributed Map)."
                )
            for outcome in readers.map(read, candidates[start : start + CHUNK]):
                if isinstance(outcome, Picture):
                    pictures.append(outcome)
                else:
                    rejections.append(outcome)
    return pictures, rejections
