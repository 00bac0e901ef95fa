"""Does a challenger hold to the rollout's limits? Pure."""

from typing import Literal, NamedTuple

from lambdas.endpoint_release.models import RolloutSpec
from lambdas.endpoint_release.shares import Share, share

SLOWEST = 0.05
"""A 95th percentile above its limit is the same as more than this share of answers that take longer."""
CHANCE = 1
"""A single failure is nobody's fault: a cold start, a lost packet."""


class Readings(NamedTuple):
    """Of one release since its step began; a latency of None means that there was no request."""

    requests: float
    errors: float
    """Other than answers that did not come in time."""
    timeouts: float
    """Answers that did not come in time: a cold start, a model too slow, an endpoint that hangs."""
    throttles: float
    slow: float
    """Answers above the rollout's `max_p95_ms`, those that did not come in time among them."""
    p95_ms: float | None
    compared: float
    disagreements: float


class Judgement(NamedTuple):
    status: Literal["passed", "failed", "quiet"]
    reason: str


class _Limit(NamedTuple):
    found: Share
    at_most: float
    what: str

    @property
    def broken(self) -> bool:
        """Beyond doubt."""
        return self.found.low > self.at_most

    @property
    def doubtful(self) -> bool:
        """Above the limit, if it stays so: what is seen may be chance."""
        return self.found.point > self.at_most

    def __str__(self) -> str:
        return (
            f"{self.found.hits} of {self.found.total} {self.what} "
            f"({self.found.low:.1%} to {self.found.high:.1%}); at most {self.at_most:.2%}"
        )


def judge(readings: Readings, rollout: RolloutSpec, *, last: bool = False) -> Judgement:
    """Failed as soon as a limit is broken beyond doubt; quiet while too little is seen to tell.

    `last`: there is no more time to wait. Then a limit that is exceeded by more than one failure fails.
    """
    limits = _limits(readings, rollout)
    told = (
        f"{readings.requests:g} requests, {readings.errors:g} errors, {readings.timeouts:g} timed out, "
        f"{readings.throttles:g} throttled"
    )
    doubts = [limit for limit in limits if limit.doubtful]
    faults = [limit for limit in doubts if limit.broken or (last and limit.found.hits > CHANCE)]
    if faults:
        return Judgement("failed", "; ".join(map(str, faults)))
    # Throttling tells something about the endpoint's concurrency, which is the definition's, not about the model.
    if readings.requests - readings.throttles < rollout.minimum_requests:
        return Judgement("quiet", f"{told}; {rollout.minimum_requests} requests are needed to tell")
    if doubts:
        return Judgement("quiet", f"{told}; more are needed to tell: {'; '.join(map(str, doubts))}")
    latency = "unknown" if readings.p95_ms is None else f"{readings.p95_ms:.0f} ms"
    return Judgement("passed", f"{told}, p95 {latency}, {readings.disagreements:g} of {readings.compared:g} differ")


def _limits(readings: Readings, rollout: RolloutSpec) -> tuple[_Limit, ...]:
    served = readings.requests - readings.throttles
    answered = served - readings.errors
    return (
        _Limit(share(readings.errors, served), rollout.max_error_rate, "requests failed"),
        _Limit(share(readings.timeouts, answered), rollout.max_timeout_rate, "answers did not come in time"),
        _Limit(share(readings.slow, answered), SLOWEST, f"answers took longer than {rollout.max_p95_ms:g} ms"),
        _Limit(
            share(readings.disagreements, readings.compared),
            rollout.max_disagreement,
            "answers differ from the champion's",
        ),
    )
