"""From a JSON request to what the members read, through the code that has made it for training."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import chain, pairwise
from operator import itemgetter
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from pydantic import ValidationError

from inference.contracts.strict_json import NotJson, strict_loads
from inference.contracts.telemetry import spoken
from inference.contracts.zones import ZoneSignals
from inference.errors import BadRequest
from inference.refusals import Location, refusal, refused
from inference.sensor_zones.features import zone_features
from inference.sensor_zones.nodes import Array, windows, zone_nodes
from inference.sensor_zones.request import (
    ADJACENT,
    SENSORS,
    TIMESTAMP,
    WINDOWS,
    ZONE_ID,
    request_type,
    say_of,
    strings_of,
)
from inference.times import read_time


class Asked(NamedTuple):
    """A window, as the members read it."""

    zone_id: str
    at: datetime
    """Of the zone's last reading."""
    features: Array  # (1, features)
    window: Array  # (1, window_steps, nodes, channels)


class Sensor(NamedTuple):
    where: Location
    readings: Sequence[Mapping[str, Any]]


class Readings(NamedTuple):
    """Of several sensors, one below another."""

    sensor: NDArray[np.int64]  # (readings,)
    seconds: NDArray[np.float64]  # (readings,), since the epoch
    values: NDArray[np.float64]  # (readings, channels); NaN: not measured
    times: list[str]

    def panel(self, end: int, steps: int, step_s: int, sensors: int) -> Array:
        """The steps of the grid up to `end`; of several readings in a step the latest value of each channel counts."""
        panel = np.full((steps, sensors, self.values.shape[1]), np.nan, np.float32)
        step = np.floor_divide(self.seconds, step_s).astype(np.int64) - (end - steps + 1)
        inside = (step >= 0) & (step < steps)
        row, channel = np.nonzero(~np.isnan(self.values) & inside[:, None])  # later rows come later, and count
        panel[step[row], self.sensor[row], channel] = self.values[row, channel]
        return panel


class Clock(dict[str, float]):
    """Time as written -> seconds since the epoch. Sensors are read together, so most times stand in a request often."""

    def __missing__(self, text: str) -> float:
        self[text] = seconds = read_time(text).timestamp()
        return seconds


class ZoneReader:
    """Reads requests of one package's signals; made once a loaded model."""

    def __init__(self, signals: ZoneSignals) -> None:
        self._signals = signals
        self._request = request_type(signals)
        self._say = say_of(signals)
        self._values = itemgetter(*signals.names)

    def read(self, body: bytes) -> list[Asked]:
        """Raises BadRequest: the first few faults of the first bad window, each with where it is."""
        request = self._quickly(body) or self._with_care(body)
        clock = Clock()
        return [self._asked(window, (WINDOWS, number), clock) for number, window in enumerate(request[WINDOWS])]

    def _quickly(self, body: bytes) -> Any:
        """The request if it certainly has no fault, else None.

        The parser keeps the last of two fields of one name. Without escapes each string has two quotation marks of its
        own, so a field that is lost shows in their number.
        """
        try:
            request = self._request.validate_json(body)
        except ValidationError:
            return None
        return request if b"\\" not in body and body.count(b'"') == 2 * strings_of(request) else None

    def _with_care(self, body: bytes) -> Any:
        try:
            return self._request.validate_python(strict_loads(body))
        except NotJson as error:
            raise BadRequest(f"The request is no JSON: {error}.") from None
        except ValidationError as error:
            raise refusal(error, self._say) from None

    def _asked(self, window: Mapping[str, Any], where: Location, clock: Clock) -> Asked:
        signals, zone, adjacent = self._signals, window[ZONE_ID], window.get(ADJACENT, {})
        if zone in adjacent:
            raise refused((*where, ADJACENT), f"{ascii(zone):.50} is the zone itself; give the zones beside it")
        own = _by_name(window[SENSORS], (*where, SENSORS))[: signals.sensors]
        zones = sorted(adjacent)[: signals.neighbours]
        beside = [_by_name(adjacent[name], (*where, ADJACENT, name)) for name in zones]
        readings = self._readings([*own, *chain.from_iterable(beside)], clock)
        end, at = self._last(readings, len(own), where)
        starts = [len(own), *(len(own) + np.cumsum([len(one) for one in beside])).tolist()]
        panel = readings.panel(end, signals.history_steps, signals.step_s, starts[-1])
        self._require_enough(panel[-signals.window_steps :, : len(own)], where)
        nodes = zone_nodes(panel, range(len(own)), [range(*two) for two in pairwise(starts)], signals)
        ends = np.array([signals.history_steps - 1])
        return Asked(zone, at, zone_features(nodes, ends, signals), windows(nodes, ends, signals))

    def _readings(self, sensors: Sequence[Sensor], clock: Clock) -> Readings:
        lengths = [len(sensor.readings) for sensor in sensors]
        rows = list(chain.from_iterable(sensor.readings for sensor in sensors))
        times = list(map(itemgetter(TIMESTAMP), rows))
        number = np.repeat(np.arange(len(sensors)), lengths)
        first = np.repeat(np.cumsum([0, *lengths[:-1]]), lengths)  # row of each sensor's first reading
        try:
            seconds = np.array(list(map(clock.__getitem__, times)))
        except ValueError as error:
            row = next(row for row, time in enumerate(times) if time not in clock)
            raise refused((*sensors[number[row]].where, row - int(first[row]), TIMESTAMP), str(error)) from None
        backward = np.flatnonzero((np.diff(seconds) <= 0) & (np.diff(number) == 0)) + 1
        if backward.size:
            row = int(backward[0])
            raise refused(
                sensors[number[row]].where,
                f"readings must be in order of time and distinct; number {row - first[row]} ({times[row]}) "
                "is not later than the one before",
            )
        names = self._signals.names
        try:
            columns = list(map(self._values, rows))
        except KeyError:  # a reading lacks a channel
            columns = [[row.get(name) for name in names] for row in rows]
        values = np.array(columns, np.float64).reshape(len(rows), len(names))
        return Readings(number, seconds, values, times)

    def _last(self, readings: Readings, own: int, where: Location) -> tuple[int, datetime]:
        """The step and the time of the last reading of the zone's own sensors that has a value."""
        said = np.flatnonzero((readings.sensor < own) & ~np.isnan(readings.values).all(axis=1))
        if not said.size:
            raise refused((*where, SENSORS), "no reading has a value of any channel")
        last = said[readings.seconds[said].argmax()]
        return int(readings.seconds[last] // self._signals.step_s), read_time(readings.times[last])

    def _require_enough(self, own: Array, where: Location) -> None:
        """In half the steps of the window something was read. (window_steps, sensors, channels)"""
        signals = self._signals
        read, least = int((~np.isnan(own)).any(axis=(1, 2)).sum()), (signals.window_steps + 1) // 2
        if read < least:
            raise refused(
                (*where, SENSORS),
                f"the last {spoken(signals.window_steps * signals.step_s)} have readings in {read} of "
                f"{signals.window_steps} steps of {signals.step_s} s; at least {least} are needed",
            )


def _by_name(sensors: Mapping[str, Any], where: Location) -> list[Sensor]:
    return [Sensor((*where, name), sensors[name]) for name in sorted(sensors)]
