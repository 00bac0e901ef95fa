"""Caches the release state for seconds, so that not every request reads the table; serves it while the table fails."""

import time
from collections.abc import Callable

from botocore.exceptions import BotoCoreError, ClientError

from lambdas.common.observability import logger
from lambdas.common.release_state import ReleaseState
from lambdas.router.deadline import Deadline
from lambdas.router.http import HttpError
from lambdas.router.retries import OutOfTime

MAX_AGE_S = 2.0


class ReleaseStateCache:
    def __init__(self, read: Callable[[Deadline], ReleaseState], clock: Callable[[], float] = time.monotonic) -> None:
        self._read = read
        self._clock = clock
        self._state: ReleaseState | None = None
        self._at = 0.0

    def get(self, deadline: Deadline) -> ReleaseState:
        """At most MAX_AGE_S old, unless the table fails; raises HttpError 503 when the table has never answered."""
        if self._state is not None and self._clock() - self._at <= MAX_AGE_S:
            return self._state
        return self.refresh(deadline)

    def refresh(self, deadline: Deadline) -> ReleaseState:
        """Reads the table whatever the cached state's age; keeps that when the table fails."""
        try:
            state = self._read(deadline)
        except (ClientError, BotoCoreError, OutOfTime) as error:
            logger.warning("the releases table does not answer", extra={"error": str(error)})
            if self._state is None:
                raise HttpError(503, "unavailable", "The release state cannot be read just now; try again.") from error
            state = self._state
        self._state, self._at = state, self._clock()
        return state
