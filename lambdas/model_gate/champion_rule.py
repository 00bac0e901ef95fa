"""Whether a challenger may follow the champion: a paired comparison, and a floor below the best champion ever. Pure.

The challenger's difference to the champion was measured on one test split, answer by answer. Three things are asked:

- it is shown not to be worse by more than the tolerance: the low end of the difference's 95 % interval lies above it;
- it is not shown to be worse: the high end does not lie below 0;
- added to what the champion itself has lost against the best champion ever, the difference is not below 0 by more than
  half its standard error. Challengers that are each a little worse cannot walk the quality down.

docs/decisions/0024-the-gate-judges-intervals.md has what these let pass.
"""

from typing import NamedTuple

from inference.contracts import ChampionEvaluation, Evaluation, Interval
from lambdas.common.release_state import Quality, Release
from lambdas.model_gate.models import GateSpec, Verdict
from lambdas.model_gate.requirements import NO_INTERVAL, finite, finite_interval

LEAST_SHARED_CLASSES = 2
"""With fewer there is nothing to tell apart."""
BY_HAND = (
    "to release a model of other classes, a person reads its evaluation and approves the package: "
    "aws sagemaker update-model-package --model-approval-status Approved --model-package-arn ..."
)
"""The way out: no later run of these classes can be compared with this champion either."""
STANDARD_ERRORS = 0.5
"""How far an equally good challenger may be measured below the best champion."""
_INTERVAL_IN_STANDARD_ERRORS = 2 * 1.96
_ROUNDING = 1e-9


class Comparison(NamedTuple):
    verdicts: tuple[Verdict, ...]
    quality: Quality | None
    """Of the challenger, should it become the champion; None: not known, or the domain compares nothing."""


def compare(evaluation: Evaluation, spec: GateSpec, champion: Release | None) -> Comparison:
    metric = spec.not_worse_than_champion_on
    if metric is None:
        return Comparison((), None)
    if champion is None:
        return Comparison((), Quality(metric=metric))
    name = f"champion {champion.release}"
    measured = evaluation.champion
    if measured is None or measured.model_data_url != champion.model_data_url:
        reason = f"compared with the {name}, which training did not have on this test split; train again"
        return _unknown(metric, reason)
    shared = _too_few_shared(measured, evaluation)
    if shared is not None:
        reason = f"compared with the {name} over at least {LEAST_SHARED_CLASSES} shared classes of the test split"
        return _unknown(metric, f"{reason}, but they share {shared}; {BY_HAND}")
    ours, theirs = finite(measured.challenger or evaluation.metrics, metric), finite(measured.metrics, metric)
    interval = finite_interval(measured.differences, metric)
    if theirs is None:
        return _unknown(metric, f"compared with the {name}, whose {metric} is not known")
    if ours is None or interval is None:
        return _unknown(metric, f"compared with the {name} pair by pair, {NO_INTERVAL}")
    against = f"the {name}'s {theirs:.4g}{_over(measured, evaluation)}"
    return _judged(metric, ours - theirs, interval, against, spec.champion_tolerance, _quality_of(champion, metric))


def _too_few_shared(measured: ChampionEvaluation, evaluation: Evaluation) -> str | None:
    """The classes that two models share, if too few to compare on; None: enough, all, or a task without classes."""
    shared = measured.shared_classes
    if shared and set(shared) == set(evaluation.per_class):
        return None  # a detector may have one class
    if 0 < len(shared) < LEAST_SHARED_CLASSES:
        return f"only {shared[0]}"
    return None if shared or measured.metrics else "none"


def _unknown(metric: str, required: str) -> Comparison:
    return Comparison((Verdict(metric=f"{metric}_difference", value=None, required=required, passed=False),), None)


def _judged(
    metric: str, difference: float, interval: Interval, against: str, tolerance: float, champion_quality: Quality
) -> Comparison:
    not_worse = Verdict(
        metric=f"{metric}_difference",
        value=difference,
        interval=interval,
        required=f"at least {0 - tolerance:g} at its low end and 0 at its high end, against {against}",
        passed=interval.low >= -tolerance and interval.high >= 0,
    )
    slack = STANDARD_ERRORS * (interval.high - interval.low) / _INTERVAL_IN_STANDARD_ERRORS
    total = champion_quality.total + difference
    floor = Verdict(
        metric=f"{metric}_behind_best",
        value=total - champion_quality.best,
        required=f"at least {0 - slack:.2g}, half a standard error below the best champion so far",
        passed=total - champion_quality.best >= -slack - _ROUNDING,
    )
    return Comparison((not_worse, floor), Quality(metric=metric, total=total))


def _over(measured: ChampionEvaluation, evaluation: Evaluation) -> str:
    """Says so when some classes are new or gone."""
    shared = measured.shared_classes
    if not shared or set(shared) == set(evaluation.per_class):
        return ""
    return f" over the {len(shared)} shared classes"


def _quality_of(champion: Release, metric: str) -> Quality:
    known = champion.quality
    return known if known is not None and known.metric == metric else Quality(metric=metric)
