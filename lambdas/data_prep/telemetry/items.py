"""Which part of which entity's recording is an item of which split. Pure."""

import pandas as pd

from inference.contracts.telemetry import TIMESTAMP, Signals
from inference.contracts.telemetry_item import TelemetryItem
from lambdas.data_prep.telemetry.spec import Telemetry
from lambdas.data_prep.telemetry.splits import Span, assign

SITES_TO_GROUP_BY = 10
"""With at least as many sites, a site's entities stay together; with fewer, each is a group of its own."""
INSTANT = pd.Timedelta(milliseconds=1)


def items_of(tables: dict[str, pd.DataFrame], spec: Telemetry) -> list[TelemetryItem]:
    """The part of each entity's recording that its group's split uses; `tables`: path in the version -> one site."""
    signals = spec.signals
    entity = signals.entity_id
    recorded = pd.concat([_recorded(path, table, signals) for path, table in tables.items()], ignore_index=True)
    recorded["ends"] += INSTANT  # `ends` is the first instant that is not used
    by_site = recorded["site"].nunique() >= SITES_TO_GROUP_BY
    recorded["group"] = recorded["site"] if by_site else recorded[entity]
    spans = {
        str(group): Span(rows["starts"].min(), rows["ends"].max(), int(rows["rows"].sum()))
        for group, rows in recorded.groupby("group")
    }
    hazardous = set(recorded["group"][recorded["onset"].notna()])
    purge = pd.Timedelta(seconds=signals.horizon_range_s[1])
    assignments = assign(spans, spec.validation, spec.test, hazardous, purge)
    items = []
    for row in recorded.itertuples():
        assignment = assignments.get(str(row.group))
        if assignment is None:
            continue
        starts, ends = max(row.starts, assignment.starts), min(row.ends, assignment.ends)
        happened = pd.notna(row.onset) and starts <= row.onset < ends
        faulty = pd.notna(row.fault_from) and row.fault_from < ends and row.fault_to >= starts
        if starts < ends:
            items.append(
                TelemetryItem(
                    path=row.path,
                    label=signals.classes[bool(happened)],
                    split=assignment.split,
                    group=str(row.group),
                    entity=str(getattr(row, entity)),
                    faulty=bool(faulty),
                    starts=starts.to_pydatetime(),
                    ends=ends.to_pydatetime(),
                )
            )
    return items


def _recorded(path: str, table: pd.DataFrame, signals: Signals) -> pd.DataFrame:
    """One row an entity: when it was recorded, its event's onset, when its fault was known."""
    entity = signals.entity_id
    times = table.groupby(entity, sort=True)[TIMESTAMP]
    fault = table[table[signals.fault]].groupby(entity)[TIMESTAMP]
    return (
        times.agg(starts="min", ends="max", rows="size")
        .assign(
            site=table.groupby(entity, sort=True)[signals.site_id].first(),
            path=path,
            onset=table[table[signals.event]].groupby(entity)[TIMESTAMP].min(),
            fault_from=fault.min(),
            fault_to=fault.max(),
        )
        .reset_index()
    )
