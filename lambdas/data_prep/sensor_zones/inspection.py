"""The inspector: what was seen of all tables together, which evaluations it allows, and whether to refuse. Pure."""

from collections.abc import Sequence
from typing import NamedTuple

from inference.contracts import Finding, Split
from lambdas.data_prep.sensor_zones.events import Event, events_of
from lambdas.data_prep.sensor_zones.findings import findings
from lambdas.data_prep.sensor_zones.plan import Plan, Table
from lambdas.data_prep.sensor_zones.prints import Repeat
from lambdas.data_prep.sensor_zones.profile import TableSeen
from lambdas.data_prep.sensor_zones.spec import SensorZones
from lambdas.data_prep.sensor_zones.verdicts import Made, Verdict, lacking, verdicts

_WEAKEST_FIRST = (Split.TRAIN, Split.VALIDATION, Split.TEST)


class Inspection(NamedTuple):
    plan: Plan
    made: Made
    """Tables that become items."""
    events: list[Event]
    findings: list[Finding]
    verdicts: list[Verdict]
    refusal: str
    """Why no model can honestly be trained on this and tested; empty: it can."""


def inspect(plan: Plan, seen: Sequence[TableSeen], repeats: Sequence[Repeat], spec: SensorZones) -> Inspection:
    signals = plan.zone_schema.signals
    leaks = _leaks(plan, repeats)
    usable = {number for number, one in enumerate(seen) if one.steps >= signals.window_steps}
    made = [(plan.tables[number], seen[number]) for number in sorted(usable - leaks)]
    everything = [(plan.tables[number], seen[number]) for number in sorted(usable)]
    left_out = [plan.tables[number] for number in sorted(leaks)]
    return Inspection(
        plan=plan,
        made=made,
        events=events_of(everything, signals),
        findings=findings(plan, everything, repeats, left_out),
        verdicts=verdicts(made, repeats, spec),
        refusal=_refusal(plan, made, left_out, spec),
    )


def _leaks(plan: Plan, repeats: Sequence[Repeat]) -> set[int]:
    """Of two tables in different splits that have rows in common, the one whose split is worth less."""
    pairs = ((one.table, one.other) for one in repeats if plan.tables[one.table].split != plan.tables[one.other].split)
    return {min(pair, key=lambda number: _WEAKEST_FIRST.index(plan.tables[number].split)) for pair in pairs}


def _refusal(plan: Plan, made: Made, left_out: Sequence[Table], spec: SensorZones) -> str:
    missing = lacking(made, spec)
    if not missing:
        return ""
    sites, blocks = {table.site for table in plan.tables}, {table.block for table in plan.tables}
    runs = len(events_of(made, plan.zone_schema.signals))
    left = f" {len(left_out)} tables were left out, as their rows stand in another split, too." if left_out else ""
    window_s = plan.zone_schema.signals.window_steps * plan.zone_schema.signals.step_s
    short = f" {plan.too_short} sites' time blocks are shorter than one window, {window_s} s." if plan.too_short else ""
    return (
        f"The readings of {len(sites)} sites in {len(blocks)} time blocks of {spec.block_hours:g} h, with {runs} "
        f"separate runs of '{spec.signals.hazard}', are too few to train on and to test: {'; '.join(missing)}.{left}"
        f"{short} Give recordings of more sites and of more time in which it burns, or make blocks shorter "
        "(block_hours in the domain's definition)."
    )
