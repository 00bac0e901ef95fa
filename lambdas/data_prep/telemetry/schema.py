"""Which column of a raw table is which, and in which unit: the documented columns, or the user's `schema.json`.

Documented columns: `timestamp` (ISO 8601, UTC where no zone is given), `<entity>_id`, the channels of the domain's
`Signals` in their units, and optionally `<site>_id` and two flags, 0 or 1: the event's (from it on) and the fault's
(while a fault of the entity itself is known, whatever comes of it). A schema file maps other names and units, and may
name the entities there are; battery's, for example:

    {"columns": {"timestamp": {"column": "time", "unit": "ms"}, "module_id": {"column": "string"},
                 "voltage_v": {"column": "U", "unit": "mV"}, "temperature_max_c": {"column": "Tmax", "unit": "degF"}},
     "modules": ["A1", "A2"]}
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Self

from pydantic import Field, ValidationError, create_model

from inference.contracts.base import Contract
from inference.contracts.telemetry import TIMESTAMP, Signals
from lambdas.common.errors import VigilError, sentences

TIME_UNITS = ("iso8601", "s", "ms", "us", "ns")
FAHRENHEIT_ZERO, KELVIN_ZERO = 32.0, 273.15

# canonical unit -> unit a file may use -> its conversion; of other units there is none
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


class SchemaError(VigilError):
    """The user's `schema.json` cannot be followed."""


class Source(Contract):
    """Where a column's values come from."""

    column: str
    unit: str | None = Field(default=None, description="unit of the file; default: the documented one")


@dataclass(frozen=True)
class TelemetrySchema:
    """Columns that are not named come under their documented names and units."""

    signals: Signals
    columns: Mapping[str, Source] = field(default_factory=dict)
    entities: tuple[str, ...] = ()
    """The entities there are; empty: whichever occur."""

    def source(self, name: str) -> Source:
        return self.columns.get(name, Source(column=name))

    def unit_of(self, name: str) -> str:
        """The documented unit of a channel."""
        return next(channel.unit for channel in self.signals.channels if channel.name == name)

    @classmethod
    def parse(cls, body: bytes, signals: Signals) -> Self:
        """Raises SchemaError that names every fault."""
        entities = f"{signals.entity}s"
        fields: dict[str, Any] = {"columns": (dict[str, Source], {}), entities: (tuple[str, ...], ())}
        try:
            read: Any = create_model("Schema", __base__=Contract, **fields).model_validate_json(body)
        except ValidationError as error:
            raise SchemaError(f"schema.json cannot be followed: {sentences(error)}.") from error
        schema = cls(signals, read.columns, getattr(read, entities))
        faults = [fault for name, source in schema.columns.items() for fault in schema._faults(name, source)]
        if faults:
            raise SchemaError(f"schema.json cannot be followed: {'; '.join(faults)}.")
        return schema

    def _faults(self, name: str, source: Source) -> list[str]:
        known = (*self.signals.required_columns, *self.signals.optional_columns)
        allowed = self._allowed_units(name)
        if name not in known:
            return [f"'{name}' is no column of Vigil's; it knows {', '.join(known)}"]
        if source.unit is not None and source.unit not in allowed:
            return [f"'{name}' has the unit '{source.unit}'; known are {', '.join(allowed) or 'none'}"]
        return []

    def _allowed_units(self, name: str) -> tuple[str, ...]:
        if name == TIMESTAMP:
            return TIME_UNITS
        if name not in self.signals.channel_names:
            return ()
        canonical = self.unit_of(name)
        return tuple(CONVERSIONS.get(canonical, {canonical: None}))
