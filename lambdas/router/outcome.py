"""Result of invoking one endpoint: an answer or a fault. Pure."""

from enum import StrEnum
from typing import Any, NamedTuple


class FaultKind(StrEnum):
    BAD_INPUT = "bad_input"
    """The model cannot read the input: the caller's fault."""
    THROTTLED = "throttled"
    MISSING = "missing"
    """There is no such endpoint: another release was promoted a moment ago."""
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
