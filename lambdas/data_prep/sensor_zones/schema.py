"""Which column of a raw table is which, and in which unit: the documented columns, or the user's `schema.json`.

Documented columns: `timestamp` (ISO 8601, UTC where no zone is given), `sensor_id`, `zone_id`, `site_id`, the channels
of the domain's signals in their units, and the label, 0 or 1, named after the hazard. Sensor, zone and site may be
missing: a site without zones has one a sensor. A schema file gives other names, units and channels:

    {"timestamp": {"column": "UTC", "unit": "s"}, "label": "Fire Alarm", "sensor": "device",
     "channels": [{"name": "temperature_c", "column": "Temp[F]", "unit": "degF"},
                  {"name": "pressure_hpa", "column": "Pressure", "unit": "hPa", "low": 800, "high": 1100}],
     "adjacent": {"kitchen": ["hall"]}}
"""

from collections.abc import Iterable, Mapping
from typing import Literal, Self

from pydantic import Field, ValidationError

from inference.contracts.base import Contract
from inference.contracts.zones import ZoneChannel, ZoneSignals
from lambdas.common.errors import VigilError, sentences

# documented unit -> unit of a file -> factor and offset; of other units there is no conversion
CONVERSIONS: Mapping[str, Mapping[str, tuple[float, float]]] = {
    "degC": {"degF": (5 / 9, -160 / 9), "K": (1, -273.15)},
    "ppm": {"ppb": (1e-3, 0), "%": (1e4, 0)},
    "ppb": {"ppm": (1e3, 0)},
    "ug/m3": {"mg/m3": (1e3, 0)},
    "%": {"1": (100, 0)},
    "1": {"%": (0.01, 0)},
}

OWN = frozenset(
    {"timestamp", "zone_id", "sensor_id", "hazard", "t", "site", "zone", "sensor", "unread", "step", "table", "h"}
)
"""Columns that tables have besides their channels, when they are written and while they are made."""


class SchemaError(VigilError):
    """The user's `schema.json` cannot be followed."""


class TimeSource(Contract):
    column: str
    unit: Literal["iso8601", "s", "ms", "us", "ns"] = "iso8601"


class LabelSource(Contract):
    column: str
    hazard: tuple[str, ...] = Field(default=(), description="values that mean the hazard; default: 1, true, its name")


class ChannelSource(Contract):
    """A documented channel keeps its limits and is converted to its unit; any other says unit and limits itself."""

    name: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    column: str | None = Field(default=None, description="of the file; default: the name")
    unit: str | None = None
    low: float | None = None
    high: float | None = None
    meaning: str = ""


class SchemaFile(Contract):
    timestamp: str | TimeSource = "timestamp"
    sensor: str = "sensor_id"
    zone: str = "zone_id"
    site: str = "site_id"
    label: str | LabelSource | None = None
    channels: tuple[ChannelSource, ...] = ()
    adjacent: dict[str, tuple[str, ...]] = {}


class Channel(Contract):
    """A channel of the version, where it comes from, and what is done to its values."""

    column: str
    factor: float = 1.0
    offset: float = 0.0
    says: ZoneChannel


class ZoneSchema(Contract):
    time: TimeSource
    names: dict[Literal["sensor", "zone", "site"], str]
    named: frozenset[str] = Field(description="of `names`, those that the file says; a file must have them")
    label: LabelSource
    channels: tuple[Channel, ...]
    adjacent: dict[str, tuple[str, ...]]
    signals: ZoneSignals = Field(description="of the version: the domain's, with the channels that there are")

    @property
    def required(self) -> tuple[str, ...]:
        named = (self.names[name] for name in ("sensor", "zone", "site") if name in self.named)  # type: ignore[index]
        return self.time.column, self.label.column, *named, *(channel.column for channel in self.channels)

    @classmethod
    def parse(cls, body: bytes | None, signals: ZoneSignals) -> Self:
        """`body` None: there is no schema file. Raises SchemaError that names every fault."""
        try:
            read = SchemaFile() if body is None else SchemaFile.model_validate_json(body)
            channels = _channels(read.channels, signals)
            found = signals.model_copy(update={"channels": tuple(channel.says for channel in channels)})
            found = ZoneSignals.model_validate(found.model_dump())
            _require_free(found.names)
        except ValidationError as error:
            raise SchemaError(f"schema.json cannot be followed: {sentences(error)}.") from error
        label = signals.hazard if read.label is None else read.label
        return cls(
            time=TimeSource(column=read.timestamp) if isinstance(read.timestamp, str) else read.timestamp,
            names={"sensor": read.sensor, "zone": read.zone, "site": read.site},
            named=frozenset(read.model_fields_set & {"sensor", "zone", "site"}),
            label=LabelSource(column=label) if isinstance(label, str) else label,
            channels=channels,
            adjacent=_both_ways(read.adjacent),
            signals=found,
        )


def _channels(sources: tuple[ChannelSource, ...], signals: ZoneSignals) -> tuple[Channel, ...]:
    documented = {channel.name: channel for channel in signals.channels}
    if not sources:
        return tuple(Channel(column=name, says=channel) for name, channel in documented.items())
    faults, found = [], []
    for source in sources:
        known = documented.get(source.name)
        unit = source.unit if source.unit is not None else known.unit if known else None
        low = source.low if source.low is not None else known.low if known else None
        high = source.high if source.high is not None else known.high if known else None
        if unit is None or low is None or high is None:
            faults.append(
                f"'{source.name}' is none of the documented channels ({', '.join(documented)}): "
                "give its unit, low and high"
            )
            continue
        conversions = {} if known is None else {known.unit: (1.0, 0.0), **CONVERSIONS.get(known.unit, {})}
        if known is not None and unit not in conversions:
            faults.append(f"'{source.name}' has the unit '{unit}'; known are {', '.join(conversions)}")
            continue
        factor, offset = conversions.get(unit, (1.0, 0.0))
        meaning = source.meaning if source.meaning or known is None else known.meaning
        says = {"name": source.name, "unit": unit if known is None else known.unit, "low": low, "high": high}
        found.append(
            Channel(
                column=source.name if source.column is None else source.column,
                factor=factor,
                offset=offset,
                says=ZoneChannel(**says, meaning=meaning),  # type: ignore[arg-type]
            )
        )
    if faults:
        raise SchemaError(f"schema.json cannot be followed: {'; '.join(faults)}.")
    return tuple(found)


def _require_free(names: Iterable[str]) -> None:
    taken = sorted(OWN.intersection(names))
    if taken:
        raise SchemaError(f"tables have columns of their own named {', '.join(taken)}; choose another name.")


def _both_ways(adjacent: Mapping[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    beside: dict[str, set[str]] = {}
    for zone, others in adjacent.items():
        for other in others:
            if other != zone:
                beside.setdefault(zone, set()).add(other)
                beside.setdefault(other, set()).add(zone)
    return {zone: tuple(sorted(others)) for zone, others in sorted(beside.items())}
