"""Which part of which module's recording is an item of which split. Pure."""

import pandas as pd

from inference.contracts import TelemetryItem
from inference.contracts.telemetry import HAZARD, HEALTHY
from lambdas.data_prep.telemetry.schema import FAULT, MODULE, RUNAWAY, SITE, TIMESTAMP
from lambdas.data_prep.telemetry.spec import Telemetry
from lambdas.data_prep.telemetry.splits import Span, assign

SITES_TO_GROUP_BY = 10
"""With at least as many sites, a site's modules stay together; with fewer, each module is a group of its own."""
INSTANT = pd.Timedelta(milliseconds=1)


def items_of(tables: dict[str, pd.DataFrame], spec: Telemetry) -> list[TelemetryItem]:
    """The part of each module's recording that its group's split uses; `tables`: path in the version -> one site."""
    modules = pd.concat(
        [
            table.groupby(MODULE, sort=True)
            .agg(starts=(TIMESTAMP, "min"), ends=(TIMESTAMP, "max"), rows=(TIMESTAMP, "size"), site=(SITE, "first"))
            .assign(
                path=path,
                onset=table[table[RUNAWAY]].groupby(MODULE)[TIMESTAMP].min(),
                fault_from=table[table[FAULT]].groupby(MODULE)[TIMESTAMP].min(),
                fault_to=table[table[FAULT]].groupby(MODULE)[TIMESTAMP].max(),
            )
            .reset_index()
            for path, table in tables.items()
        ],
        ignore_index=True,
    )
    modules["ends"] += INSTANT  # `ends` is the first instant that is not used
    modules["group"] = modules["site"] if modules["site"].nunique() >= SITES_TO_GROUP_BY else modules[MODULE]
    spans = {
        str(group): Span(rows["starts"].min(), rows["ends"].max(), int(rows["rows"].sum()))
        for group, rows in modules.groupby("group")
    }
    assignments = assign(spans, spec.validation, spec.test, set(modules["group"][modules["onset"].notna()]))
    items = []
    for row in modules.itertuples():
        assignment = assignments.get(str(row.group))
        if assignment is None:
            continue
        starts, ends = max(row.starts, assignment.starts), min(row.ends, assignment.ends)
        hazardous = pd.notna(row.onset) and starts <= row.onset < ends
        faulty = pd.notna(row.fault_from) and row.fault_from < ends and row.fault_to >= starts
        if starts < ends:
            items.append(
                TelemetryItem(
                    path=row.path,
                    label=HAZARD if hazardous else HEALTHY,
                    split=assignment.split,
                    group=str(row.group),
                    module=str(row.module_id),
                    faulty=bool(faulty),
                    starts=starts.to_pydatetime(),
                    ends=ends.to_pydatetime(),
                )
            )
    return items
