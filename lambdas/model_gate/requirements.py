"""Requirements held against an evaluation. Pure; a number that is missing or not finite never passes."""

import math
from collections.abc import Mapping

from inference.contracts import Evaluation
from lambdas.common.release_state import Release
from lambdas.model_gate.models import GateSpec, Requirement, Verdict


def check_all(evaluation: Evaluation, spec: GateSpec, champion: Release | None) -> list[Verdict]:
    """One verdict for each requirement, then for each baseline, then for the champion."""
    verdicts = [_bound(evaluation.metrics, requirement) for requirement in spec.requirements]
    if spec.beats_dummy_on is not None:
        verdicts.append(_beats("dummy baseline", spec.beats_dummy_on, evaluation.metrics, evaluation.dummy))
    if spec.beats_references_on is not None:
        verdicts += [
            _beats(name, spec.beats_references_on, evaluation.metrics, reference)
            for name, reference in sorted(evaluation.references.items())
        ]
    if spec.not_worse_than_champion_on is not None and champion is not None:
        verdicts.append(_not_worse(evaluation, spec.not_worse_than_champion_on, spec.champion_tolerance, champion))
    return verdicts


def finite(metrics: Mapping[str, float], name: str) -> float | None:
    value = metrics.get(name)
    return value if value is not None and math.isfinite(value) else None


def _bound(metrics: Mapping[str, float], requirement: Requirement) -> Verdict:
    value = finite(metrics, requirement.metric)
    if requirement.at_least is not None:
        required, passed = f"at least {requirement.at_least:g}", value is not None and value >= requirement.at_least
    if requirement.at_most is not None:
        required, passed = f"at most {requirement.at_most:g}", value is not None and value <= requirement.at_most
    return Verdict(metric=requirement.metric, value=value, required=required, passed=passed)


def _beats(name: str, metric: str, metrics: Mapping[str, float], baseline: Mapping[str, float]) -> Verdict:
    value, other = finite(metrics, metric), finite(baseline, metric)
    if other is None:
        return Verdict(
            metric=metric, value=value, required=f"above the {name}, whose {metric} is not known", passed=False
        )
    passed = value is not None and value > other
    return Verdict(metric=metric, value=value, required=f"above the {name}'s {other:.4g}", passed=passed)


def _not_worse(evaluation: Evaluation, metric: str, tolerance: float, champion: Release) -> Verdict:
    """Both on the same test split, which only training can measure."""
    value = finite(evaluation.metrics, metric)
    name = f"champion {champion.release}"
    measured = evaluation.champion
    if measured is None or measured.model_data_url != champion.model_data_url:
        required = f"compared with the {name}, which training did not have on this test split; train again"
        return Verdict(metric=metric, value=value, required=required, passed=False)
    other = finite(measured.metrics, metric)
    if other is None:
        required = f"compared with the {name}, whose {metric} is not known"
        return Verdict(metric=metric, value=value, required=required, passed=False)
    passed = value is not None and value >= other - tolerance
    required = f"at least the {name}'s {other:.4g} less {tolerance:g}"
    return Verdict(metric=metric, value=value, required=required, passed=passed)
