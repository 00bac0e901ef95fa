"""What is counted of one request: for the domain as its callers see it, and for each release that was asked. Pure."""

from inference.contracts.tasks.base import Task
from lambdas.router.outcome import Fault, FaultKind, Outcome
from lambdas.router.serve import Served

Measures = dict[str, float]


def of_domain(served: Served, latency_ms: float) -> Measures:
    fault = served.answered.fault
    return {
        "Requests": 1,
        "Errors": float(_is_error(fault)),
        "Throttles": float(_is_throttle(fault)),
        "Fallbacks": float(served.fell_back and fault is None),
        "Latency": latency_ms,
    }


def of_releases(served: Served, task: Task, slow_ms: float) -> dict[str, Measures]:
    """By release. What did not come in time is slow and no error; what the champion answers, and a challenger calls
    bad, is its error.
    """
    asked = [outcome for outcome in (served.answered, served.other) if outcome is not None]
    measures = {
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
    trial = served.on_trial
    if trial is not None:
        fell_back = served.fell_back and served.answered.fault is None
        if fell_back and not _is_throttle(trial.fault) and not _is_late(trial.fault):
            measures[trial.release]["Errors"] = 1.0
        measures[trial.release] |= {"Fallbacks": float(fell_back), **_comparison(trial, served.other, task)}
    return measures


def _comparison(trial: Outcome, champion: Outcome | None, task: Task) -> Measures:
    if trial.answer is None or champion is None or champion.answer is None:
        return {"Compared": 0, "Disagreements": 0}
    return {"Compared": 1, "Disagreements": float(not task.agrees(trial.answer, champion.answer))}


def _is_error(fault: Fault | None) -> bool:
    """Throttling is a caller's to repeat and counted apart; bad input is the caller's own."""
    return fault is not None and fault.kind not in {FaultKind.BAD_INPUT, FaultKind.THROTTLED}


def _is_late(fault: Fault | None) -> bool:
    return fault is not None and fault.kind is FaultKind.SLOW


def _is_throttle(fault: Fault | None) -> bool:
    return fault is not None and fault.kind is FaultKind.THROTTLED
