"""Which pictures of a camera belong together: each follows the one before within a gap. Pure."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from hashlib import sha256
from typing import NamedTuple

LONGEST_GAPS = 20
"""A burst spans no more than so many gaps: a camera that never rests would be one group of data for ever."""
REMEMBERED = 16
"""Bursts of a camera, the last first: pictures of several may arrive in any order."""


class Burst(NamedTuple):
    name: str
    first: datetime
    last: datetime
    stands: str = ""
    """Detection that came first."""

    def with_one(self, at: datetime, gap: timedelta) -> "Burst | None":
        """With a picture taken `at`; None: that is none of it."""
        if not self.first - gap <= at <= self.last + gap:
            return None
        wider = self._replace(first=min(self.first, at), last=max(self.last, at))
        return wider if wider == self or wider.last - wider.first <= gap * LONGEST_GAPS else None


def join(camera: str, at: datetime, gap_s: float, known: Sequence[Burst], detection_id: str) -> tuple[Burst, ...]:
    """`known` with a picture taken `at`, whose burst is the first. Told again, it is in the same one."""
    gap = timedelta(seconds=gap_s)
    fresh = Burst(sha256(f"{camera}/{at.isoformat()}".encode()).hexdigest()[:16], at, at, detection_id)
    joined = next((one for burst in known if (one := burst.with_one(at, gap))), fresh)
    return (joined, *(one for one in known if one.name != joined.name))[:REMEMBERED]
