"""A window of captures held against a baseline. Pure."""

from inference.contracts import Baseline, Bins
from inference.contracts.drift import DriftReport, Shift
from lambdas.common.psi import counts, expected_psi, psi, psi_by_chance
from lambdas.drift_monitor.models import DriftSpec
from lambdas.drift_monitor.window import Window

FALSE_ALARMS = 0.001
"""Share of windows without drift in which any score or feature may be called drifted, at most."""
_NAMED = 3


def report(domain: str, window: Window, baseline: Baseline, spec: DriftSpec) -> DriftReport:
    enough = window.captures >= spec.at_least_captures
    measures = len(baseline.scores) + len(baseline.features)
    shifts = [
        _shift(name, kind, bins, found.get(name, []), window, baseline, spec, FALSE_ALARMS / measures)
        for kind, known, found in (
            ("score", baseline.scores, window.scores),
            ("feature", baseline.features, window.features),
        )
        for name, bins in known.items()
    ]
    shifts.sort(key=lambda one: (not one.drifted, -(one.psi or 0) / (one.limit or 1), one.kind, one.name))
    drifted = [one for one in shifts if one.drifted]
    return DriftReport(
        domain=domain,
        at=window.until,
        since=window.since,
        release=window.release,
        status="drifted" if drifted else "stable" if enough else "too_few",
        why=_why(drifted, window, spec),
        captures=window.captures,
        needed=spec.at_least_captures,
        unread=window.unread,
        complete=window.complete,
        baseline_items=baseline.items,
        labels={
            label: (share, window.labels[label] / max(1, window.captures)) for label, share in baseline.labels.items()
        },
        shifts=tuple(shifts),
    )


def limit(bins: Bins, items: int, independent: int, bound: float, false_alarms: float) -> float:
    """The larger of `bound` beyond what chance makes on average, and of what chance makes hardly ever."""
    average = expected_psi(bins, items, independent)
    return max(bound + average, psi_by_chance(bins, items, independent, 1 - false_alarms))


def _shift(
    name: str,
    kind: str,
    bins: Bins,
    values: list[float],
    window: Window,
    baseline: Baseline,
    spec: DriftSpec,
    false_alarms: float,
) -> Shift:
    found = counts(bins, values)
    total = sum(found)
    is_judged = total >= spec.at_least_captures
    measured = psi(bins, baseline.items, values) if is_judged else None
    allowed = None
    if is_judged:
        independent = min(total, len(window.requests))
        allowed = limit(bins, baseline.items, independent, spec.psi, false_alarms)
    return Shift.model_validate(
        {
            "name": name,
            "kind": kind,
            "values": total,
            "psi": measured,
            "limit": allowed,
            "drifted": measured is not None and allowed is not None and measured > allowed,
            "edges": bins.edges,
            "expected": bins.fractions,
            "actual": [count / total for count in found] if total else (),
        }
    )


def _why(drifted: list[Shift], window: Window, spec: DriftSpec) -> str:
    if drifted:
        named = ", ".join(f"{one.kind} {one.name} {one.psi:.2f} above {one.limit:.2f}" for one in drifted[:_NAMED])
        more = f" and {len(drifted) - _NAMED} more" if len(drifted) > _NAMED else ""
        return f"PSI of {named}{more}, in {window.captures} captures of {window.release}."
    if window.captures < spec.at_least_captures:
        return f"{window.captures} captures of {window.release}; {spec.at_least_captures} are needed."
    return f"{window.captures} captures of {window.release} are like its baseline."
