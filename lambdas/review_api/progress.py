"""What a domain's reviews have come to. Pure."""

from collections.abc import Mapping
from typing import Any, NamedTuple, get_args

from inference.contracts.reviews import Verdict
from lambdas.common.review_progress import Progress, Retraining
from lambdas.review_api.tally import ALIKE, PAIRS, REVIEWER, VERDICT
from lambdas.review_api.views import Agreement, LastRun, Reviewer, ReviewProgress

MOST_REVIEWERS = 100
Item = Mapping[str, Any] | None


class Counts(NamedTuple):
    """Detections by status, and whether all were counted."""

    open: int
    reviewed: int
    disputed: int
    counted_all: bool


def progress(domain: str, counts: Counts, reviews: Item, taught: Item, retraining: Item) -> ReviewProgress:
    """Of the items `#reviews`, `#progress` and `#retraining`; None: there is none yet."""
    counted = {name: int(value) for name, value in (reviews or {}).items() if _is_count(name)}
    verdicts: dict[Verdict, int] = {one: counted.get(f"{VERDICT}{one}", 0) for one in get_args(Verdict)}
    by_name = {name.removeprefix(REVIEWER): n for name, n in counted.items() if name.startswith(REVIEWER) and n > 0}
    now, last = Progress.of(taught), Retraining.of(retraining)
    new = now.since(last.seen)
    started = None if last.run is None and not last.token else last
    return ReviewProgress(
        domain=domain,
        **counts._asdict(),
        verdicts=verdicts,
        reviewers=tuple(
            Reviewer(name=name, reviews=by_name[name])
            for name in sorted(by_name, key=lambda name: (-by_name[name], name))[:MOST_REVIEWERS]
        ),
        agreement=Agreement(
            pairs=counted.get(PAIRS, 0),
            alike=counted.get(ALIKE, 0),
            share=_share(counted.get(ALIKE, 0), counted.get(PAIRS, 0)),
        ),
        false_positive_share=_share(verdicts["false_positive"], sum(verdicts.values()) - verdicts["labelled"]),
        taught=now,
        new=new,
        last_run=None if started is None else LastRun(**started.model_dump(include={"run", "reason", "by", "at"})),
        waiting=None if last.wanted is None else last.wanted.reason,
        rule=last.rule,
        missing=None if last.rule is None else max(0, last.rule.new_reviews - new.taught),
    )


def _is_count(name: str) -> bool:
    return name in (PAIRS, ALIKE) or name.startswith((VERDICT, REVIEWER))


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None
