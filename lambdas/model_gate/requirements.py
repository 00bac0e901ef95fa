"""Requirements held against an evaluation. Pure; a number that is missing or not finite never passes."""

import math
from collections.abc import Mapping

from inference.contracts import Evaluation, Interval
from lambdas.model_gate.models import GateSpec, Requirement, Verdict

NO_INTERVAL = "but the evaluation has no 95 % interval of it"


def check_requirements(evaluation: Evaluation, spec: GateSpec) -> list[Verdict]:
    """One verdict for each requirement, then for the dummy and each reference."""
    verdicts = [_bound(evaluation, requirement) for requirement in spec.requirements]
    over_dummy = (spec.beats_dummy_on,) if isinstance(spec.beats_dummy_on, str) else spec.beats_dummy_on or ()
    verdicts += [_beats("dummy", metric, evaluation, evaluation.dummy) for metric in over_dummy]
    if spec.beats_references_on is not None:
        verdicts += [
            _beats(name, spec.beats_references_on, evaluation, reference)
            for name, reference in sorted(evaluation.references.items())
        ]
    return verdicts


def finite(metrics: Mapping[str, float], name: str) -> float | None:
    value = metrics.get(name)
    return value if value is not None and math.isfinite(value) else None


def finite_interval(intervals: Mapping[str, Interval], name: str) -> Interval | None:
    found = intervals.get(name)
    return found if found is not None and math.isfinite(found.low) and math.isfinite(found.high) else None


def _bound(evaluation: Evaluation, requirement: Requirement) -> Verdict:
    name = requirement.metric
    value = finite(evaluation.metrics, name)
    if requirement.judged_on == "point":
        passed = value is not None and requirement.holds(value)
        return Verdict(metric=name, value=value, required=requirement.in_words, passed=passed)
    interval = finite_interval(evaluation.intervals, name)
    if interval is None:
        return Verdict(metric=name, value=value, required=f"{requirement.in_words}, {NO_INTERVAL}", passed=False)
    passed = value is not None and requirement.holds(value) and requirement.holds(requirement.end_of(interval))
    return Verdict(metric=name, value=value, interval=interval, required=requirement.in_words, passed=passed)


def _beats(name: str, metric: str, evaluation: Evaluation, rival: Mapping[str, float]) -> Verdict:
    """By the paired lead where the evaluation has it, else by the low end of the model's own interval."""
    called = "the dummy" if name == "dummy" else f"the {name}"
    value, other = finite(evaluation.metrics, metric), finite(rival, metric)
    if other is None:
        return Verdict(
            metric=metric, value=value, required=f"above {called}, whose {metric} is not known", passed=False
        )
    lead = finite_interval(evaluation.leads.get(name, {}), metric)
    if lead is not None:
        ahead = None if value is None else value - other
        passed = ahead is not None and ahead > 0 and lead.low > 0
        required = f"above 0 at its low end, over {called}'s {other:.4g}"
        lead_name = f"{metric}_lead_over_{name}"  # of each rival its own, or one would hide another
        return Verdict(metric=lead_name, value=ahead, interval=lead, required=required, passed=passed)
    own = finite_interval(evaluation.intervals, metric)
    passed = value is not None and value > other and own is not None and own.low > other
    required = f"above {called}'s {other:.4g} at its low end"
    required += "" if own is not None else f", {NO_INTERVAL}"
    return Verdict(metric=metric, value=value, interval=own, required=required, passed=passed)
