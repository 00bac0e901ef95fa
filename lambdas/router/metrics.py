"""CloudWatch metrics of one request: of the domain as its callers see it, and of each release that was asked. Pure."""

from inference.contracts.tasks.base import Task
from lambdas.router.outcome import Fault, FaultKind, Outcome
from lambdas.router.serve import Served

Metrics = dict[str, float]


def domain_metrics(served: Served, latency_ms: float) -> Metrics:
    fault = served.answered.fault
    return {
        "Requests": 1,
        "Errors": float(_is_error(fault)),
        "Throttles": float(_is_throttle(fault)),
        "Fallbacks": float(served.fell_back and fault is None),
        "Latency": latency_ms,
    }


def release_metrics(served: Served, task: Task, slow_ms: float) -> dict[str, Metrics]:
    """By release. An answer that comes too late counts as slow and not as an error. Input that a challenger refuses
    and the champion answers is the challenger's error.
    """
    asked = [outcome for outcome in (served.answered, served.other) if outcome is not None]
    metrics = {
        outcome.release: {
            "Requests": 1.0,
            "Errors": float(_is_error(outcome.fault) and not _is_late(outcome.fault)),
            "Throttles": float(_is_throttle(outcome.fault)),
            "Timeouts": float(_is_late(outcome.fault)),
            "Slow": float(_is_late(outcome.fault) or (outcome.fault is None and outcome.latency_ms > slow_ms)),
            "Latency": outcome.latency_ms,
        }
        for outcome in asked
    }
    challenger = served.challenger
    if challenger is not None:
        fell_back = served.fell_back and served.answered.fault is None
        if fell_back and not _is_throttle(challenger.fault) and not _is_late(challenger.fault):
            metrics[challenger.release]["Errors"] = 1.0
        metrics[challenger.release] |= {"Fallbacks": float(fell_back), **_comparison(challenger, served.other, task)}
    return metrics


def _comparison(challenger: Outcome, champion: Outcome | None, task: Task) -> Metrics:
    if challenger.answer is None or champion is None or champion.answer is None:
        return {"Compared": 0, "Disagreements": 0}
    return {"Compared": 1, "Disagreements": float(not task.agrees(challenger.answer, champion.answer))}


def _is_error(fault: Fault | None) -> bool:
    """Throttling is counted apart; bad input is the caller's fault."""
    return fault is not None and fault.kind not in {FaultKind.BAD_INPUT, FaultKind.THROTTLED}


def _is_late(fault: Fault | None) -> bool:
    return fault is not None and fault.kind is FaultKind.SLOW


def _is_throttle(fault: Fault | None) -> bool:
    return fault is not None and fault.kind is FaultKind.THROTTLED
