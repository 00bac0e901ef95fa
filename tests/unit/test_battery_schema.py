"""A schema maps a file's own names and units; one that cannot be followed says why."""

import numpy as np
import pandas as pd
import pytest

from lambdas.data_prep.telemetry.reading import Unusable
from lambdas.data_prep.telemetry.schema import SchemaError, Source, TelemetrySchema
from stacks.domains.battery.signals import SIGNALS
from tests.unit.module_tables import checked, table


def test_a_schema_maps_names_and_units() -> None:
    other = table().rename(columns={"temperature_max_c": "Tmax", "voltage_v": "U", "timestamp": "t"})
    other = other.assign(Tmax=other.Tmax * 1.8 + 32, U=other.U * 1000, t=np.arange(60) * 10_000 + 1_767_600_000_000)
    columns = {
        "temperature_max_c": Source(column="Tmax", unit="degF"),
        "voltage_v": Source(column="U", unit="mV"),
        "timestamp": Source(column="t", unit="ms"),
    }
    result = checked(other, TelemetrySchema(SIGNALS, columns=columns))
    assert result.table.temperature_max_c.iloc[0] == pytest.approx(28.0)
    assert result.table.voltage_v.iloc[0] == pytest.approx(46.0)
    assert result.table.timestamp.iloc[0] == pd.Timestamp("2026-01-05T08:00:00Z")
    assert [finding.kind for finding in result.findings] == ["unit", "unit"]


def test_modules_the_schema_does_not_name() -> None:
    mixed = table().assign(module_id=["stranger", *["m1"] * 59])
    result = checked(mixed, TelemetrySchema(SIGNALS, entities=("m1",)))
    assert "stranger" in result.findings[0].detail
    assert len(result.table) == 59
    with pytest.raises(Unusable, match="none of its modules"):
        checked(table(), TelemetrySchema(SIGNALS, entities=("m9",)))


@pytest.mark.parametrize(
    ("schema", "says"),
    [
        (b'{"columns": {"voltag": {"column": "U"}}}', "'voltag' is no column"),
        (b'{"columns": {"voltage_v": {"column": "U", "unit": "furlong"}}}', "'furlong'; known are V, mV, kV"),
        (b"{", "Invalid JSON"),
    ],
)
def test_a_schema_that_cannot_be_followed(schema: bytes, says: str) -> None:
    with pytest.raises(SchemaError, match=says):
        TelemetrySchema.parse(schema, SIGNALS)
