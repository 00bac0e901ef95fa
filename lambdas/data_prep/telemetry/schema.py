"""Which column of a raw table is which, and in which unit: the documented columns, or the user's `schema.json`.

Documented columns: `timestamp` (ISO 8601, UTC where no zone is given), `module_id`, the channels of
`inference.contracts.telemetry` in the unit of their name, and optionally `site_id`, `runaway` (0 or 1: from the
module's thermal runaway on) and `fault` (0 or 1: while a fault of the module itself is known, whatever comes of it). A
schema file maps other names and units:

    {"columns": {"timestamp": {"column": "time", "unit": "ms"}, "module_id": {"column": "string"},
                 "voltage_v": {"column": "U", "unit": "mV"}, "temperature_max_c": {"column": "Tmax", "unit": "degF"}},
     "modules": ["A1", "A2"]}
"""

from collections.abc import Callable
from typing import Self

from pydantic import Field, ValidationError, model_validator

from inference.contracts.base import Contract
from inference.contracts.telemetry import CHANNEL_NAMES, CHANNELS
from lambdas.common.errors import VigilError, sentences

TIMESTAMP, MODULE, SITE, RUNAWAY, FAULT = "timestamp", "module_id", "site_id", "runaway", "fault"
REQUIRED = (TIMESTAMP, MODULE, *CHANNEL_NAMES)
OPTIONAL = (SITE, RUNAWAY, FAULT)
TIME_UNITS = ("iso8601", "s", "ms", "us", "ns")
FAHRENHEIT_ZERO, KELVIN_ZERO = 32.0, 273.15

# canonical unit -> unit a file may use -> its conversion
CONVERSIONS: dict[str, dict[str, Callable]] = {
    "V": {"V": lambda v: v, "mV": lambda v: v / 1e3, "kV": lambda v: v * 1e3},
    "A": {"A": lambda v: v, "mA": lambda v: v / 1e3},
    "degC": {
        "degC": lambda v: v,
        "degF": lambda v: (v - FAHRENHEIT_ZERO) / 1.8,
        "K": lambda v: v - KELVIN_ZERO,
    },
    "microstrain": {"microstrain": lambda v: v, "strain": lambda v: v * 1e6, "percent": lambda v: v * 1e4},
    "ppm": {"ppm": lambda v: v, "ppb": lambda v: v / 1e3, "percent": lambda v: v * 1e4},
}
UNIT_OF = {channel.name: channel.unit for channel in CHANNELS}


class SchemaError(VigilError):
    """The user's `schema.json` cannot be followed."""


class Source(Contract):
    """Where a column's values come from."""

    column: str
    unit: str | None = Field(default=None, description="unit of the file; default: the documented one")


class TelemetrySchema(Contract):
    """Columns that are not named come under their documented names and units."""

    columns: dict[str, Source] = {}
    modules: tuple[str, ...] = Field(default=(), description="the modules there are; empty: whichever occur")

    @model_validator(mode="after")
    def _known(self) -> Self:
        faults = []
        for name, source in self.columns.items():
            allowed = allowed_units(name)
            if name not in (*REQUIRED, *OPTIONAL):
                faults.append(f"'{name}' is no column of Vigil's; it knows {', '.join((*REQUIRED, *OPTIONAL))}")
            elif source.unit is not None and source.unit not in allowed:
                faults.append(f"'{name}' has the unit '{source.unit}'; known are {', '.join(allowed) or 'none'}")
        if faults:
            raise ValueError("; ".join(faults))
        return self

    def source(self, name: str) -> Source:
        return self.columns.get(name, Source(column=name))

    @classmethod
    def parse(cls, body: bytes) -> Self:
        """Raises SchemaError that names every fault."""
        try:
            return cls.model_validate_json(body)
        except ValidationError as error:
            raise SchemaError(f"schema.json cannot be followed: {sentences(error)}.") from error


def allowed_units(name: str) -> tuple[str, ...]:
    if name == TIMESTAMP:
        return TIME_UNITS
    return tuple(CONVERSIONS[UNIT_OF[name]]) if name in UNIT_OF else ()
