"""Until when a request must be answered, so that its caller hears from us and not from a gateway. Pure."""

import time
from collections.abc import Callable

MARGIN_S = 1.5
"""Between the last moment of an answer and Lambda's own timeout: to count it, to write it, to send it."""


class Deadline:
    """`seconds` from now. Lambda tells how long is left; what it ends itself is answered by API Gateway, not by us."""

    def __init__(self, seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._at = clock() + seconds

    def left_s(self) -> float:
        """Zero once it is over."""
        return max(0.0, self._at - self._clock())

    @property
    def is_over(self) -> bool:
        return self.left_s() == 0.0
