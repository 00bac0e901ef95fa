"""Columns of one raw table under their documented names, in their documented units. Pure."""

import pandas as pd

from inference.contracts import Finding
from inference.contracts.channels import Channel
from lambdas.data_prep.telemetry.reading import Unusable
from lambdas.data_prep.telemetry.reasons import Reason
from lambdas.data_prep.telemetry.schema import CONVERSIONS, TelemetrySchema
from lambdas.data_prep.telemetry.units import suspect_unit


class Findings:
    """What was found in one item, for the dataset version's summary."""

    def __init__(self, item: str) -> None:
        self.item = item
        self.found: list[Finding] = []

    def add(self, kind: str, count: int, detail: str, *, repaired: bool) -> None:
        if count > 0:
            finding = Finding(item=self.item, kind=kind, count=int(count), detail=detail, repaired=repaired)
            self.found.append(finding)


def require_columns(raw: pd.DataFrame, schema: TelemetrySchema) -> None:
    missing = [name for name in schema.signals.required_columns if schema.source(name).column not in raw]
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


def channel_values(raw: pd.DataFrame, channel: Channel, schema: TelemetrySchema, findings: Findings) -> pd.Series:
    name, canonical = channel.name, channel.unit
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
    unit = canonical if source.unit is None else source.unit
    if unit != canonical:
        values = CONVERSIONS[canonical][unit](values)
        findings.add("unit", len(values), f"{name} was converted from {unit} to {canonical}.", repaired=True)
    suspicion = suspect_unit(channel, values)
    if suspicion is not None:
        raise Unusable(Reason.WRONG_UNIT, suspicion)
    impossible = (values < channel.low) | (values > channel.high)
    findings.add(
        "out_of_range",
        impossible.sum(),
        f"{name} has values outside [{channel.low:g}, {channel.high:g}] {channel.unit}; they count as missing.",
        repaired=True,
    )
    return values.mask(impossible)


def flag_values(raw: pd.DataFrame, name: str, schema: TelemetrySchema) -> pd.Series:
    """The event's or the fault's; false throughout where the file has no such column."""
    column = schema.source(name).column
    if column not in raw:
        return pd.Series(False, index=raw.index)
    values = pd.to_numeric(raw[column], errors="coerce")
    if raw[column].dtype == bool:
        return raw[column]
    wrong = ~values.isin([0, 1])
    if wrong.any():
        entity = schema.signals.entity
        means = {
            schema.signals.event: f"1 from the {entity}'s {schema.signals.event} on",
            schema.signals.fault: f"1 while a fault of the {entity} itself is known",
        }
        raise Unusable(
            Reason.BAD_VALUES,
            f"the column '{column}' has the value {raw[column][wrong].iloc[0]}; it must be 0, or {means[name]}.",
        )
    return values.astype(bool)
