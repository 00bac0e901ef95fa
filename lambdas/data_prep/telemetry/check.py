"""One raw table in documented columns and units, with everything found on the way. Pure.

Repaired, each time with a finding that says how: row order, copies of rows, missing time zones, units named in the
schema, values no instrument can mean. Anything else that is wrong makes the file unusable.
"""

from typing import NamedTuple

import numpy as np
import pandas as pd

from inference.contracts import Finding
from inference.contracts.telemetry import CHANNEL_NAMES, COARSEST_STEP_SECONDS, FILL_STEPS, STEP_SECONDS
from lambdas.data_prep.quarantine import Reason
from lambdas.data_prep.telemetry.columns import Findings, channel_values, flag_values, require_columns
from lambdas.data_prep.telemetry.reading import Unusable
from lambdas.data_prep.telemetry.schema import FAULT, MODULE, RUNAWAY, SITE, TIMESTAMP, TelemetrySchema
from lambdas.data_prep.telemetry.times import parse_times

FILL_SECONDS = FILL_STEPS * STEP_SECONDS
DEFAULT_SITE = "site"


class Checked(NamedTuple):
    """Documented columns, sorted by module and time, one row a module and time."""

    table: pd.DataFrame
    findings: list[Finding]


def check(name: str, raw: pd.DataFrame, schema: TelemetrySchema) -> Checked:
    """Raises Unusable with one sentence that says what, the value, and the fix."""
    findings = Findings(name)
    require_columns(raw, schema)
    table = pd.DataFrame({MODULE: raw[schema.source(MODULE).column].astype("string")})
    site = schema.source(SITE).column
    table[SITE] = raw[site].astype("string") if site in raw else DEFAULT_SITE
    table[TIMESTAMP] = parse_times(raw, schema.source(TIMESTAMP), findings.add)
    for channel in CHANNEL_NAMES:
        table[channel] = channel_values(raw, channel, schema, findings)
    table[RUNAWAY] = flag_values(raw, RUNAWAY, schema)
    table[FAULT] = flag_values(raw, FAULT, schema)
    table = _drop_nameless(table, findings)
    table = _known_modules(table, schema, findings)
    table = _sorted_once(table, findings)
    _report_gaps(table, findings)
    _report_silent_channels(table, findings)
    return Checked(table, findings.found)


def _drop_nameless(table: pd.DataFrame, findings: Findings) -> pd.DataFrame:
    nameless = table[MODULE].isna() | (table[MODULE] == "")
    findings.add("no_module", nameless.sum(), "rows without a module_id are left out.", repaired=True)
    return table[~nameless]


def _known_modules(table: pd.DataFrame, schema: TelemetrySchema, findings: Findings) -> pd.DataFrame:
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


def _sorted_once(table: pd.DataFrame, findings: Findings) -> pd.DataFrame:
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


def _report_gaps(table: pd.DataFrame, findings: Findings) -> None:
    step = table.groupby(MODULE, sort=False)[TIMESTAMP].diff().dt.total_seconds()
    typical = float(np.nanmedian(step)) if step.notna().any() else 0.0
    if round(typical) > COARSEST_STEP_SECONDS:
        raise Unusable(
            Reason.TOO_COARSE,
            f"a module is read every {typical:g} s (median); a reading is needed at least every "
            f"{COARSEST_STEP_SECONDS} s.",
        )
    gaps = step > FILL_SECONDS
    longest = f"{step.max():.0f}" if gaps.any() else ""
    detail = f"pauses of a module are longer than {FILL_SECONDS} s (the longest {longest} s); they are not filled."
    findings.add("gaps", gaps.sum(), detail, repaired=False)


def _report_silent_channels(table: pd.DataFrame, findings: Findings) -> None:
    for name in CHANNEL_NAMES:
        if table[name].isna().all():
            detail = f"{name} has no value at all; its features take the training data's typical value."
            findings.add("silent_channel", len(table), detail, repaired=False)
