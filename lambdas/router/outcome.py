"""What became of asking one endpoint. Pure."""

from enum import StrEnum
from typing import Any, NamedTuple


class FaultKind(StrEnum):
    BAD_INPUT = "bad_input"
    """The caller's: the model cannot read the input."""
    THROTTLED = "throttled"
    MISSING = "missing"
    """There is no such endpoint: the release was switched a moment ago."""
    SLOW = "slow"
    FAILED = "failed"


class Fault(NamedTuple):
    kind: FaultKind
    message: str


class Outcome(NamedTuple):
    """Either an answer or a fault."""

    release: str
    answer: dict[str, Any] | None
    fault: Fault | None
    latency_ms: float
