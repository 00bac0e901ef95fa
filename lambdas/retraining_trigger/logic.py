"""Whether a run is due, and whether it may start now. Pure."""

from datetime import datetime, timedelta
from typing import NamedTuple

from lambdas.common.review_progress import Progress, Retraining, RetrainingRule, Wanted
from lambdas.retraining_trigger.models import Drift, Look, Person, RetrainingSpec, Reviews

SETTLES_S = 60
"""A run that was started so recently counts as under way: what ListExecutions tells is eventually consistent."""
REVIEWS, DRIFT = "reviews", "drift"
"""Who asks, where nobody does."""


class Due(NamedTuple):
    """A run that should be."""

    reason: str
    by: str
    waits_for_quiet: bool
    """Whether the quiet time after the last run holds for it."""


class NotDue(NamedTuple):
    why: str


class Waits(NamedTuple):
    """A run is due, and cannot start now."""

    why: str
    run: str | None
    """The one under way."""
    wanted: Wanted | None
    """To be remembered: nothing else would tell of it again."""


def decide(
    event: Reviews | Look | Drift | Person,
    spec: RetrainingSpec,
    progress: Progress,
    last: Retraining,
    under_way: str | None,
    now: datetime,
) -> Due | NotDue | Waits:
    """`under_way`: a run of the domain that has not ended. `last`: the one that was last started here."""
    new = progress.since(last.seen)
    due = _due(event, spec, new, last.wanted)
    if due is None:
        return NotDue(_lacks(spec, new) if isinstance(event, Reviews | Look) else "drift starts no run of this domain")
    since = None if last.at is None else (now - last.at).total_seconds()
    if under_way is None and since is not None and since < SETTLES_S:
        under_way = last.run
    if under_way is not None:
        return Waits(
            f"Run {under_way} is under way; the next one starts when it has ended.", under_way, _keep(due, now)
        )
    if due.waits_for_quiet and last.at is not None and since is not None and since < spec.quiet_s:
        until = last.at + timedelta(seconds=spec.quiet_s)
        return Waits(
            f"The last run was decided at {last.at:%H:%M}; until {until:%F %H:%M} it is quiet.", None, _keep(due, now)
        )
    return due


def by_reviews(rule: RetrainingRule, new: Progress) -> str | None:
    """Why so many new reviews start a run; None: they do not."""
    if new.taught >= rule.new_reviews:
        return f"{new.taught} new reviews"
    if rule.false_positive_share is None or new.judged < rule.least_reviews:
        return None
    share = new.false_positives / new.judged
    if share < rule.false_positive_share:
        return None
    return f"{share:.0%} of {new.judged} new reviews are false positives"


def _due(
    event: Reviews | Look | Drift | Person, spec: RetrainingSpec, new: Progress, wanted: Wanted | None
) -> Due | None:
    if isinstance(event, Person):
        return Due(event.reason, event.by, waits_for_quiet=False)
    if isinstance(event, Drift):
        return Due(f"drift: {event.why}", DRIFT, waits_for_quiet=True) if spec.on_drift else None
    if wanted is not None:
        return Due(wanted.reason, wanted.by, waits_for_quiet=True)
    reason = by_reviews(spec, new)
    return None if reason is None else Due(reason, REVIEWS, waits_for_quiet=True)


def _keep(due: Due, now: datetime) -> Wanted | None:
    """Reviews are counted again, and a person is told; an alarm speaks once."""
    return Wanted(reason=due.reason, by=due.by, at=now) if due.by == DRIFT else None


def _lacks(rule: RetrainingRule, new: Progress) -> str:
    told = f"{new.taught} of {rule.new_reviews} new reviews"
    if rule.false_positive_share is None:
        return f"{told}."
    share = f"{new.false_positives} false positives; from {rule.least_reviews} reviews, {rule.false_positive_share:.0%}"
    return f"{told} ({share} of them would start a run)."
