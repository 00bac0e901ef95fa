"""One raw table in documented columns and units, with everything found on the way. Pure.

Repaired, each time with a finding that says how: row order, copies of rows, missing time zones, units named in the
schema, values no instrument can mean. Anything else that is wrong makes the file unusable.
"""

from typing import NamedTuple

import numpy as np
import pandas as pd

from inference.contracts import Finding
from inference.contracts.telemetry import TIMESTAMP, Signals
from lambdas.data_prep.telemetry.columns import Findings, channel_values, flag_values, require_columns
from lambdas.data_prep.telemetry.reading import Unusable
from lambdas.data_prep.telemetry.reasons import Reason
from lambdas.data_prep.telemetry.schema import TelemetrySchema
from lambdas.data_prep.telemetry.times import parse_times

DEFAULT_SITE = "site"


class Checked(NamedTuple):
    """Documented columns, sorted by entity and time, one row an entity and time."""

    table: pd.DataFrame
    findings: list[Finding]


def check(name: str, raw: pd.DataFrame, schema: TelemetrySchema) -> Checked:
    """Raises Unusable with one sentence that says what, the value, and the fix."""
    findings = Findings(name)
    require_columns(raw, schema)
    signals = schema.signals
    table = pd.DataFrame({signals.entity_id: raw[schema.source(signals.entity_id).column].astype("string")})
    site = schema.source(signals.site_id).column
    table[signals.site_id] = raw[site].astype("string") if site in raw else DEFAULT_SITE
    table[TIMESTAMP] = parse_times(raw, schema.source(TIMESTAMP), findings.add)
    for channel in signals.channels:
        table[channel.name] = channel_values(raw, channel, schema, findings)
    for flag in (signals.event, signals.fault):
        table[flag] = flag_values(raw, flag, schema)
    table = _drop_nameless(table, signals, findings)
    table = _known_entities(table, schema, findings)
    table = _sorted_once(table, signals, findings)
    _report_gaps(table, signals, findings)
    _report_silent_channels(table, signals, findings)
    return Checked(table, findings.found)


def _drop_nameless(table: pd.DataFrame, signals: Signals, findings: Findings) -> pd.DataFrame:
    name = signals.entity_id
    nameless = table[name].isna() | (table[name] == "")
    findings.add(f"no_{signals.entity}", nameless.sum(), f"rows without a {name} are left out.", repaired=True)
    return table[~nameless]


def _known_entities(table: pd.DataFrame, schema: TelemetrySchema, findings: Findings) -> pd.DataFrame:
    if not schema.entities:
        return table
    column, several = schema.signals.entity_id, f"{schema.signals.entity}s"
    unknown = ~table[column].isin(schema.entities)
    names = ", ".join(map(str, table[column][unknown].unique()[:5]))
    if unknown.all():
        raise Unusable(
            Reason.UNKNOWN_ENTITIES,
            f"none of its {several} ({names}) is named in schema.json's `{several}` "
            f"({', '.join(schema.entities[:5])}); add them there.",
        )
    detail = f"rows of {several} that schema.json does not name ({names}) are left out."
    findings.add(f"unknown_{several}", unknown.sum(), detail, repaired=True)
    return table[~unknown]


def _sorted_once(table: pd.DataFrame, signals: Signals, findings: Findings) -> pd.DataFrame:
    entity, key = signals.entity, [signals.entity_id, TIMESTAMP]
    same_entity = table[signals.entity_id].eq(table[signals.entity_id].shift())
    backward = (table[TIMESTAMP].diff() < pd.Timedelta(0)) & same_entity
    detail = f"rows were out of time order; sorted by {entity} and time."
    findings.add("unsorted", backward.sum(), detail, repaired=True)
    table = table.sort_values(key, kind="stable")
    repeated = table[table.duplicated(key, keep=False)]  # few, as a rule
    copies = table.index.isin(repeated.index[repeated.duplicated()])
    findings.add("copies", copies.sum(), "exact copies of rows are left out.", repaired=True)
    table = table[~copies]
    again = table.duplicated(key, keep="last")
    detail = f"several rows have the same {entity} and time and differ; the last of each in the file is kept."
    findings.add("duplicate_timestamps", again.sum(), detail, repaired=True)
    return table[~again].reset_index(drop=True)


def _report_gaps(table: pd.DataFrame, signals: Signals, findings: Findings) -> None:
    step = table.groupby(signals.entity_id, sort=False)[TIMESTAMP].diff().dt.total_seconds()
    typical = float(np.nanmedian(step)) if step.notna().any() else 0.0
    if round(typical) > signals.coarsest_step_s:
        raise Unusable(
            Reason.TOO_COARSE,
            f"a {signals.entity} is read every {typical:g} s (median); a reading is needed at least every "
            f"{signals.coarsest_step_s} s.",
        )
    gaps = step > signals.fill_s
    longest = f"{step.max():.0f}" if gaps.any() else ""
    detail = (
        f"pauses of a {signals.entity} are longer than {signals.fill_s} s (the longest {longest} s); "
        "they are not filled."
    )
    findings.add("gaps", gaps.sum(), detail, repaired=False)


def _report_silent_channels(table: pd.DataFrame, signals: Signals, findings: Findings) -> None:
    for name in signals.channel_names:
        if table[name].isna().all():
            detail = f"{name} has no value at all; its features take the training data's typical value."
            findings.add("silent_channel", len(table), detail, repaired=False)
