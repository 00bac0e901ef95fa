"""Judges a challenger by the rollout's limits. Pure."""

from typing import NamedTuple

from lambdas.endpoint_release.limits import Judgement, Limit, judge_limits
from lambdas.endpoint_release.models import RolloutSpec
from lambdas.endpoint_release.proportions import proportion

SLOWEST = 0.05
"""A 95th percentile above its limit is the same as more than this share of answers that take longer."""


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


def judge(window: WindowMetrics, rollout: RolloutSpec, *, last: bool = False) -> Judgement:
    """Failed as soon as a limit is broken beyond doubt; quiet while too little is seen to tell.

    `last`: there is no more time to wait. Then a limit that is exceeded by more than one failure fails.
    """
    told = (
        f"{window.requests:g} requests, {window.errors:g} errors, {window.timeouts:g} timed out, "
        f"{window.throttles:g} throttled"
    )
    # Throttling is due to the concurrency that the definition sets, not to the model.
    too_few = window.requests - window.throttles < rollout.minimum_requests
    lacking = f"{rollout.minimum_requests} requests are needed to tell" if too_few else ""
    judgement = judge_limits(_limits(window, rollout), told, lacking, last=last)
    if judgement is not None:
        return judgement
    latency = "unknown" if window.p95_ms is None else f"{window.p95_ms:.0f} ms"
    return Judgement("passed", f"{told}, p95 {latency}, {window.disagreements:g} of {window.compared:g} differ")


def _limits(window: WindowMetrics, rollout: RolloutSpec) -> tuple[Limit, ...]:
    served = window.requests - window.throttles
    answered = served - window.errors
    return (
        Limit(proportion(window.errors, served), rollout.max_error_rate, "requests failed"),
        Limit(proportion(window.timeouts, answered), rollout.max_timeout_rate, "answers did not come in time"),
        Limit(proportion(window.slow, answered), SLOWEST, f"answers took longer than {rollout.max_p95_ms:g} ms"),
        Limit(
            proportion(window.disagreements, window.compared),
            rollout.max_disagreement,
            "answers differ from the champion's",
        ),
    )
