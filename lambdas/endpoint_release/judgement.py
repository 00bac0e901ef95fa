"""Does a challenger hold to the rollout's limits? Pure."""

from typing import Literal, NamedTuple

from lambdas.endpoint_release.models import RolloutSpec


class Readings(NamedTuple):
    """Of one release since its step began; a latency of None means that there was no request."""

    requests: float
    errors: float
    timeouts: float
    """Errors that are answers which did not come in time."""
    throttles: float
    p95_ms: float | None
    compared: float
    disagreements: float


class Judgement(NamedTuple):
    status: Literal["passed", "failed", "quiet"]
    reason: str


def judge(readings: Readings, rollout: RolloutSpec) -> Judgement:
    """Failed as soon as enough is seen for it, quiet while too little is seen to pass."""
    told = f"{readings.requests:g} requests, {readings.errors:g} errors, {readings.throttles:g} throttled"
    faults = []
    sample = max(readings.requests, rollout.minimum_requests)
    if readings.errors > rollout.max_error_rate * sample:
        late = f" ({readings.timeouts:g} of them too slow)" if readings.timeouts else ""
        faults.append(
            f"{readings.errors:g} errors{late} in {readings.requests:g} requests; at most {rollout.max_error_rate:.2%}"
        )
    # Throttling tells something about the endpoint's concurrency, which is the definition's, not about the model.
    enough = readings.requests - readings.throttles >= rollout.minimum_requests
    if enough and readings.p95_ms is not None and readings.p95_ms > rollout.max_p95_ms:
        faults.append(f"p95 latency is {readings.p95_ms:.0f} ms; at most {rollout.max_p95_ms:g} ms")
    sample = max(readings.compared, rollout.minimum_requests)
    if readings.disagreements > rollout.max_disagreement * sample:
        faults.append(
            f"{readings.disagreements:g} of {readings.compared:g} answers differ from the champion's; "
            f"at most {rollout.max_disagreement:.2%}"
        )
    if faults:
        return Judgement("failed", "; ".join(faults))
    if not enough:
        return Judgement("quiet", f"{told}; {rollout.minimum_requests} requests are needed to tell")
    latency = "unknown" if readings.p95_ms is None else f"{readings.p95_ms:.0f} ms"
    return Judgement("passed", f"{told}, p95 {latency}, {readings.disagreements:g} of {readings.compared:g} differ")
