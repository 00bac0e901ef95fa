"""Limits on shares, and what is judged of several of them. Pure."""

from collections.abc import Sequence
from typing import Literal, NamedTuple

from lambdas.endpoint_release.proportions import Proportion, surely_more

CHANCE = 1
"""So many failures may be chance at the last check: a cold start, a lost packet, a card that broke."""


class Judgement(NamedTuple):
    status: Literal["passed", "failed", "quiet"]
    reason: str


class Limit(NamedTuple):
    found: Proportion
    at_most: float
    what: str
    beside: Proportion | None = None
    """The champion's share over the same time, where there is one: then `at_most` is what may be above it."""

    @property
    def broken(self) -> bool:
        """The whole interval lies above the limit."""
        surely = self.found.low if self.beside is None else surely_more(self.found, self.beside)
        return surely > self.at_most

    @property
    def doubtful(self) -> bool:
        """The observed share lies above the limit, which may be chance."""
        return self.found.point - (0.0 if self.beside is None else self.beside.point) > self.at_most

    def __str__(self) -> str:
        told = f"{self.found.hits} of {self.found.total} {self.what} ({self.found.low:.1%} to {self.found.high:.1%})"
        if self.beside is None:
            return f"{told}; at most {self.at_most:.2%}"
        return f"{told}, {self.beside.hits} of {self.beside.total} of the champion's; at most {self.at_most:.2%} more"


def judge_limits(limits: Sequence[Limit], told: str, lacking: str, *, last: bool) -> Judgement | None:
    """Failed as soon as a limit is broken beyond doubt; quiet while too little is seen to tell; None: all are kept.

    `told`: what was seen; `lacking`: what is missing before anything can be told, if something is. `last`: there is no
    more time to wait. Then a limit that is exceeded by more than one failure fails.
    """
    doubts = [limit for limit in limits if limit.doubtful]
    faults = [limit for limit in doubts if limit.broken or (last and limit.found.hits > CHANCE)]
    if faults:
        return Judgement("failed", "; ".join(map(str, faults)))
    if lacking:
        return Judgement("quiet", f"{told}; {lacking}")
    if doubts:
        return Judgement("quiet", f"{told}; more are needed to tell: {'; '.join(map(str, doubts))}")
    return None


def worst(judgements: Sequence[Judgement]) -> Judgement:
    """Failed wins, for the reasons of those that failed; then quiet, then passed, for what all of them say."""
    failed = [one for one in judgements if one.status == "failed"]
    if failed:
        return Judgement("failed", "; ".join(one.reason for one in failed))
    quiet = any(one.status == "quiet" for one in judgements)
    return Judgement("quiet" if quiet else "passed", "; ".join(one.reason for one in judgements if one.reason))
