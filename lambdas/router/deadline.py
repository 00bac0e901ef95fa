"""When a request must be answered at the latest: before Lambda's timeout ends the invocation. Pure."""

import time
from collections.abc import Callable

MARGIN_S = 1.5
"""Kept free before Lambda's timeout to count, serialize and return the answer."""


class Deadline:
    """A point in time `seconds` from now. API Gateway and not the router answers for an invocation that Lambda ends."""

    def __init__(self, seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._at = clock() + seconds

    def left_s(self) -> float:
        """Seconds left; 0 once it is over."""
        return max(0.0, self._at - self._clock())

    @property
    def is_over(self) -> bool:
        return self.left_s() == 0.0
