"""Asks the releases of a route; the caller gets an answer if any of them has one. Pure but for its threads."""

from collections.abc import Callable
from concurrent.futures import Executor
from concurrent.futures import TimeoutError as StillRunning
from typing import NamedTuple

from lambdas.common.release_state import Release
from lambdas.router.outcome import Fault, FaultKind, Outcome
from lambdas.router.route import Route

Ask = Callable[[Release], Outcome]


class Served(NamedTuple):
    """`answered` is what the caller gets: an answer, or a fault when no release had one."""

    answered: Outcome
    other: Outcome | None
    """Outcome of the other release, where two were asked."""
    challenger: Outcome | None
    """The challenger's outcome, when it was asked first."""

    @property
    def fell_back(self) -> bool:
        return self.challenger is not None and self.challenger is not self.answered


def serve(route: Route, ask_champion: Ask, ask_challenger: Ask, threads: Executor, timeout_s: float) -> Served:
    """`timeout_s`: of a challenger that is asked beside the champion."""
    if route.challenged and route.other is not None:
        return _beside_champion(route.first, route.other, ask_champion, ask_challenger, threads, timeout_s)
    first = ask_champion(route.first)
    if _may_be_answered_by_another(first) and route.other is not None:
        other = ask_challenger(route.other)
        return Served(other, first, None) if other.fault is None else Served(first, other, None)
    return Served(first, None, None)


def _beside_champion(
    challenger: Release, champion: Release, ask_champion: Ask, ask_challenger: Ask, threads: Executor, timeout_s: float
) -> Served:
    """Asks both at once: a challenger that fails costs no time, and the two answers can be compared."""
    champion_work = threads.submit(ask_champion, champion)
    challenger_work = threads.submit(ask_challenger, challenger)
    try:
        challenger_outcome = challenger_work.result(timeout=timeout_s)
    except StillRunning:
        slow = Fault(FaultKind.SLOW, f"no answer within {timeout_s * 1000:.0f} ms")
        challenger_outcome = Outcome(challenger.release, None, slow, timeout_s * 1000)
    if challenger_outcome.fault is not None:
        champion_outcome = champion_work.result()
        return Served(champion_outcome, challenger_outcome, challenger_outcome)
    try:
        champion_outcome = champion_work.result(timeout=timeout_s)
    except StillRunning:
        return Served(challenger_outcome, None, challenger_outcome)
    return Served(challenger_outcome, champion_outcome, challenger_outcome)


def _may_be_answered_by_another(outcome: Outcome) -> bool:
    """A failure that another release might not have; bad input is bad for every release."""
    return outcome.fault is not None and outcome.fault.kind is not FaultKind.BAD_INPUT
