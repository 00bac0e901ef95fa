"""What was done with each release since the last report, and whether a release on trial keeps its place."""

import threading
from collections import deque
from dataclasses import dataclass, field

from clients.device.checks import p95
from clients.device.model import Answer
from inference.contracts.devices import RELEASES_REPORTED, ReleaseCounts

TIMES_KEPT = 1000
JUDGED_EACH = 20
FAILURES, FAILURE_SHARE = 3, 0.05
"""A release on trial goes when it failed so often and in more than this share of its inferences."""


@dataclass
class _Counts:
    inferences: int = 0
    failures: int = 0
    confidence: float = 0.0
    times: deque[float] = field(default_factory=lambda: deque(maxlen=TIMES_KEPT))


class Usage:
    """Counts of each release; threads may share it."""

    def __init__(self) -> None:
        self._counts: dict[str, _Counts] = {}
        self._lock = threading.Lock()

    def answered(self, release: str, answer: Answer) -> None:
        with self._lock:
            counts = self._counts.setdefault(release, _Counts())
            counts.inferences += 1
            counts.confidence += answer.confidence
            counts.times.append(answer.ms)

    def failed(self, release: str) -> None:
        with self._lock:
            counts = self._counts.setdefault(release, _Counts())
            counts.inferences += 1
            counts.failures += 1

    def take(self) -> dict[str, _Counts]:
        """Everything since the last time; the caller has it alone."""
        with self._lock:
            taken, self._counts = self._counts, {}
            return taken

    def give_back(self, taken: dict[str, _Counts]) -> None:
        """What could not be written into a report goes into the next one."""
        with self._lock:
            for release, old in taken.items():
                counts = self._counts.setdefault(release, _Counts())
                counts.inferences += old.inferences
                counts.failures += old.failures
                counts.confidence += old.confidence
                counts.times.extendleft(reversed(old.times))


def told(taken: dict[str, _Counts]) -> tuple[ReleaseCounts, ...]:
    """As a report has it; of the releases used last."""
    return tuple(
        ReleaseCounts(
            release=release,
            inferences=counts.inferences,
            failures=counts.failures,
            p95_ms=round(p95(counts.times), 3) if counts.times else None,
            confidence=min(1.0, counts.confidence / len_) if (len_ := counts.inferences - counts.failures) else None,
        )
        for release, counts in list(taken.items())[-RELEASES_REPORTED:]
    )


class Trial:
    """The first `length` inferences of a release."""

    def __init__(self, length: int, slow_ms: float) -> None:
        self._length, self._slow_ms = length, slow_ms
        self._times: list[float] = []
        self._failures = 0

    @property
    def passed(self) -> bool:
        return len(self._times) + self._failures >= self._length

    def fault(self, ms: float | None) -> str:
        """Why the release has to go after one more inference, or an empty text. `ms` is None for one that failed."""
        if ms is None:
            self._failures += 1
            done = len(self._times) + self._failures
            if self._failures >= FAILURES and self._failures > FAILURE_SHARE * done:
                return f"failed in {self._failures} of its first {done} inferences"
            return ""
        self._times.append(ms)
        found = p95(self._times) if len(self._times) % JUDGED_EACH == 0 else 0.0
        if found > self._slow_ms:
            return f"slow: p95 {found:.1f} ms in its first {len(self._times)} inferences; at most {self._slow_ms:g} ms"
        return ""
