"""Judges a challenger by the rollout's limits. Pure."""

from typing import Literal, NamedTuple

from lambdas.endpoint_release.models import RolloutSpec
from lambdas.endpoint_release.proportions import Proportion, proportion

SLOWEST = 0.05
"""A 95th percentile above its limit is the same as more than this share of answers that take longer."""
CHANCE = 1
"""So many failures may be chance at the last check: a cold start, a lost packet."""


class WindowMetrics(NamedTuple):
    """Metrics of one release since its step began."""

    requests: float
    errors: float
    """Other than answers that did not come in time."""
    timeouts: float
    """Answers that did not come in time: a cold start, a model too slow, an endpoint that hangs."""
    throttles: float
    slow: float
    """Answers above the rollout's `max_p95_ms`, those that did not come in time among them."""
    p95_ms: float | None
    """None: there was no request."""
    compared: float
    disagreements: float


class Judgement(NamedTuple):
    status: Literal["passed", "failed", "quiet"]
    reason: str


class _Limit(NamedTuple):
    found: Proportion
    at_most: float
    what: str

    @property
    def broken(self) -> bool:
        """The whole interval lies above the limit."""
        return self.found.low > self.at_most

    @property
    def doubtful(self) -> bool:
        """The observed share lies above the limit, which may be chance."""
        return self.found.point > self.at_most

    def __str__(self) -> str:
        return (
            f"{self.found.hits} of {self.found.total} {self.what} "
            f"({self.found.low:.1%} to {self.found.high:.1%}); at most {self.at_most:.2%}"
        )


def judge(window: WindowMetrics, rollout: RolloutSpec, *, last: bool = False) -> Judgement:
    """Failed as soon as a limit is broken beyond doubt; quiet while too little is seen to tell.

    `last`: there is no more time to wait. Then a limit that is exceeded by more than one failure fails.
    """
    limits = _limits(window, rollout)
    told = (
        f"{window.requests:g} requests, {window.errors:g} errors, {window.timeouts:g} timed out, "
        f"{window.throttles:g} throttled"
    )
    doubts = [limit for limit in limits if limit.doubtful]
    faults = [limit for limit in doubts if limit.broken or (last and limit.found.hits > CHANCE)]
    if faults:
        return Judgement("failed", "; ".join(map(str, faults)))
    # Throttling is due to the concurrency that the definition sets, not to the model.
    if window.requests - window.throttles < rollout.minimum_requests:
        return Judgement("quiet", f"{told}; {rollout.minimum_requests} requests are needed to tell")
    if doubts:
        return Judgement("quiet", f"{told}; more are needed to tell: {'; '.join(map(str, doubts))}")
    latency = "unknown" if window.p95_ms is None else f"{window.p95_ms:.0f} ms"
    return Judgement("passed", f"{told}, p95 {latency}, {window.disagreements:g} of {window.compared:g} differ")


def _limits(window: WindowMetrics, rollout: RolloutSpec) -> tuple[_Limit, ...]:
    served = window.requests - window.throttles
    answered = served - window.errors
    return (
        _Limit(proportion(window.errors, served), rollout.max_error_rate, "requests failed"),
        _Limit(proportion(window.timeouts, answered), rollout.max_timeout_rate, "answers did not come in time"),
        _Limit(proportion(window.slow, answered), SLOWEST, f"answers took longer than {rollout.max_p95_ms:g} ms"),
        _Limit(
            proportion(window.disagreements, window.compared),
            rollout.max_disagreement,
            "answers differ from the champion's",
        ),
    )
