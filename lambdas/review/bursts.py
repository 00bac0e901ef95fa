"""Which pictures of a camera belong together: each follows the one before within a gap. Pure."""

from datetime import datetime, timedelta
from hashlib import sha256
from typing import NamedTuple

LONGEST_GAPS = 20
"""A burst spans no more than so many gaps: a camera that never rests would be one group of data for ever."""


class Burst(NamedTuple):
    name: str
    first: datetime
    last: datetime


def join(camera: str, at: datetime, gap_s: float, known: Burst | None) -> Burst:
    """The burst of a picture taken `at`, by the camera's burst that is `known`. Told again, it joins the same one."""
    gap = timedelta(seconds=gap_s)
    if known is not None and known.first - gap <= at <= known.last + gap:
        joined = Burst(known.name, min(known.first, at), max(known.last, at))
        if joined == known or joined.last - joined.first <= gap * LONGEST_GAPS:
            return joined
    return Burst(sha256(f"{camera}/{at.isoformat()}".encode()).hexdigest()[:16], at, at)
