"""One raw table in documented columns and units, with everything found on the way. Pure.

Repaired, each time with a finding that says how: row order, copies of rows, missing time zones, units named in the
schema, values no instrument can mean. Anything else that is wrong makes the file unusable.
"""

from typing import NamedTuple

import numpy as np
import pandas as pd

from inference.contracts import Finding
from inference.contracts.telemetry import CHANNEL_NAMES, CHANNELS, FILL_STEPS, STEP_SECONDS
from lambdas.data_prep.quarantine import Reason
from lambdas.data_prep.telemetry_reading import Unusable
from lambdas.data_prep.telemetry_schema import (
    CONVERSIONS,
    MODULE,
    REQUIRED,
    RUNAWAY,
    SITE,
    TIMESTAMP,
    UNIT_OF,
    TelemetrySchema,
)
from lambdas.data_prep.telemetry_time import parse_times
from lambdas.data_prep.telemetry_units import suspect_unit

FILL_SECONDS = FILL_STEPS * STEP_SECONDS
DEFAULT_SITE = "site"


class Checked(NamedTuple):
    """Documented columns, sorted by module and time, one row a module and time."""

    table: pd.DataFrame
    findings: list[Finding]


def check(name: str, raw: pd.DataFrame, schema: TelemetrySchema) -> Checked:
    """Raises Unusable with one sentence that says what, the value, and the fix."""
    findings = _Findings(name)
    _require_columns(raw, schema)
    table = pd.DataFrame({MODULE: raw[schema.source(MODULE).column].astype("string")})
    site = schema.source(SITE).column
    table[SITE] = raw[site].astype("string") if site in raw else DEFAULT_SITE
    table[TIMESTAMP] = parse_times(raw, schema.source(TIMESTAMP), findings.add)
    for channel in CHANNEL_NAMES:
        table[channel] = _channel(raw, channel, schema, findings)
    table[RUNAWAY] = _runaway(raw, schema)
    table = _drop_nameless(table, findings)
    table = _known_modules(table, schema, findings)
    table = _sorted_once(table, findings)
    _report_gaps(table, findings)
    _report_silent_channels(table, findings)
    return Checked(table, findings.found)


class _Findings:
    def __init__(self, item: str) -> None:
        self.item = item
        self.found: list[Finding] = []

    def add(self, kind: str, count: int, detail: str, *, repaired: bool) -> None:
        if count > 0:
            finding = Finding(item=self.item, kind=kind, count=int(count), detail=detail, repaired=repaired)
            self.found.append(finding)


def _require_columns(raw: pd.DataFrame, schema: TelemetrySchema) -> None:
    missing = [name for name in REQUIRED if schema.source(name).column not in raw]
    if missing:
        wanted = ", ".join(
            name if name == schema.source(name).column else f"{name} (from '{schema.source(name).column}')"
            for name in missing
        )
        raise Unusable(
            Reason.MISSING_COLUMNS,
            f"the columns {wanted} are missing; the file has {', '.join(map(str, raw.columns))}. "
            "Rename them, or map them in schema.json.",
        )


def _channel(raw: pd.DataFrame, name: str, schema: TelemetrySchema, findings: _Findings) -> pd.Series:
    source = schema.source(name)
    values = pd.to_numeric(raw[source.column], errors="coerce").astype("float64")
    text = values.isna() & raw[source.column].notna()
    if text.any():
        example = raw[source.column][text].iloc[0]
        raise Unusable(
            Reason.BAD_VALUES,
            f"the column '{source.column}' has {int(text.sum())} values that are no numbers, the first is {example!r}; "
            "leave a missing value empty.",
        )
    canonical = UNIT_OF[name]
    unit = canonical if source.unit is None else source.unit
    if unit != canonical:
        values = CONVERSIONS[canonical][unit](values)
        findings.add("unit", len(values), f"{name} was converted from {unit} to {canonical}.", repaired=True)
    suspicion = suspect_unit(name, values)
    if suspicion is not None:
        raise Unusable(Reason.WRONG_UNIT, suspicion)
    channel = next(channel for channel in CHANNELS if channel.name == name)
    impossible = (values < channel.low) | (values > channel.high)
    findings.add(
        "out_of_range",
        impossible.sum(),
        f"{name} has values outside [{channel.low:g}, {channel.high:g}] {channel.unit}; they count as missing.",
        repaired=True,
    )
    return values.mask(impossible)


def _runaway(raw: pd.DataFrame, schema: TelemetrySchema) -> pd.Series:
    column = schema.source(RUNAWAY).column
    if column not in raw:
        return pd.Series(False, index=raw.index)
    values = pd.to_numeric(raw[column], errors="coerce")
    if raw[column].dtype == bool:
        return raw[column]
    wrong = ~values.isin([0, 1])
    if wrong.any():
        raise Unusable(
            Reason.BAD_VALUES,
            f"the column '{column}' has the value {raw[column][wrong].iloc[0]}; "
            "it must be 0, or 1 from a module's thermal runaway on.",
        )
    return values.astype(bool)


def _drop_nameless(table: pd.DataFrame, findings: _Findings) -> pd.DataFrame:
    nameless = table[MODULE].isna() | (table[MODULE] == "")
    findings.add("no_module", nameless.sum(), "rows without a module_id are left out.", repaired=True)
    return table[~nameless]


def _known_modules(table: pd.DataFrame, schema: TelemetrySchema, findings: _Findings) -> pd.DataFrame:
    if not schema.modules:
        return table
    unknown = ~table[MODULE].isin(schema.modules)
    names = ", ".join(map(str, table[MODULE][unknown].unique()[:5]))
    if unknown.all():
        raise Unusable(
            Reason.UNKNOWN_MODULES,
            f"none of its modules ({names}) is named in schema.json's `modules` ({', '.join(schema.modules[:5])}); "
            "add them there.",
        )
    detail = f"rows of modules that schema.json does not name ({names}) are left out."
    findings.add("unknown_modules", unknown.sum(), detail, repaired=True)
    return table[~unknown]


def _sorted_once(table: pd.DataFrame, findings: _Findings) -> pd.DataFrame:
    key = [MODULE, TIMESTAMP]
    same_module = table[MODULE].eq(table[MODULE].shift())
    backward = (table[TIMESTAMP].diff() < pd.Timedelta(0)) & same_module
    findings.add("unsorted", backward.sum(), "rows were out of time order; sorted by module and time.", repaired=True)
    table = table.sort_values(key, kind="stable")
    repeated = table[table.duplicated(key, keep=False)]  # few, as a rule
    copies = table.index.isin(repeated.index[repeated.duplicated()])
    findings.add("copies", copies.sum(), "exact copies of rows are left out.", repaired=True)
    table = table[~copies]
    again = table.duplicated(key, keep="last")
    detail = "several rows have the same module and time and differ; the last of each in the file is kept."
    findings.add("duplicate_timestamps", again.sum(), detail, repaired=True)
    return table[~again].reset_index(drop=True)


def _report_gaps(table: pd.DataFrame, findings: _Findings) -> None:
    step = table.groupby(MODULE, sort=False)[TIMESTAMP].diff().dt.total_seconds()
    typical = float(np.nanmedian(step)) if step.notna().any() else 0.0
    if typical > FILL_SECONDS:
        raise Unusable(
            Reason.TOO_COARSE,
            f"a module is read every {typical:g} s (median); a window needs a reading at least every {FILL_SECONDS} s.",
        )
    gaps = step > FILL_SECONDS
    longest = f"{step.max():.0f}" if gaps.any() else ""
    detail = f"pauses of a module are longer than {FILL_SECONDS} s (the longest {longest} s); they are not filled."
    findings.add("gaps", gaps.sum(), detail, repaired=False)


def _report_silent_channels(table: pd.DataFrame, findings: _Findings) -> None:
    for name in CHANNEL_NAMES:
        if table[name].isna().all():
            detail = f"{name} has no value at all; its features take the training data's typical value."
            findings.add("silent_channel", len(table), detail, repaired=False)
