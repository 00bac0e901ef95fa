"""Asks the releases of a route so that the caller gets an answer if any of them has one. Pure but for its threads."""

from collections.abc import Callable
from concurrent.futures import Executor
from concurrent.futures import TimeoutError as StillRunning
from typing import NamedTuple

from lambdas.common.release_state import Release
from lambdas.router.outcome import Fault, FaultKind, Outcome
from lambdas.router.route import Route

Ask = Callable[[Release], Outcome]


class Served(NamedTuple):
    """`answered` is what the caller gets: an answer, or a fault when nobody had one."""

    answered: Outcome
    other: Outcome | None
    """What the release that was asked beside or after it did."""
    on_trial: Outcome | None
    """The challenger's outcome, when it was asked first."""

    @property
    def fell_back(self) -> bool:
        return self.on_trial is not None and self.on_trial is not self.answered


def serve(route: Route, ask_champion: Ask, ask_challenger: Ask, threads: Executor, patience_s: float) -> Served:
    if route.on_trial and route.other is not None:
        return _beside_champion(route.first, route.other, ask_champion, ask_challenger, threads, patience_s)
    first = ask_champion(route.first)
    if _is_ours(first) and route.other is not None:
        other = ask_challenger(route.other)
        return Served(other, first, None) if other.fault is None else Served(first, other, None)
    return Served(first, None, None)


def _beside_champion(
    challenger: Release, champion: Release, ask_champion: Ask, ask_challenger: Ask, threads: Executor, patience_s: float
) -> Served:
    """Both at once: nobody waits longer for a challenger that fails, and their answers are compared."""
    safe = threads.submit(ask_champion, champion)
    trial = threads.submit(ask_challenger, challenger)
    try:
        tried = trial.result(timeout=patience_s)
    except StillRunning:
        slow = Fault(FaultKind.SLOW, f"no answer within {patience_s * 1000:.0f} ms")
        tried = Outcome(challenger.release, None, slow, patience_s * 1000)
    if tried.fault is not None:
        known = safe.result()
        return Served(known, tried, tried)
    try:
        known = safe.result(timeout=patience_s)
    except StillRunning:
        return Served(tried, None, tried)
    return Served(tried, known, tried)


def _is_ours(outcome: Outcome) -> bool:
    """A failure that another release might not have; bad input stays bad input."""
    return outcome.fault is not None and outcome.fault.kind is not FaultKind.BAD_INPUT
