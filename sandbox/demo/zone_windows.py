"""Windows of zones, cut from a table of a dataset version as a caller would send them."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from inference.contracts.zones import ZoneLayout, ZoneSignals
from sandbox.demo.domain import Question

MINUTES = (-4, -2, 0.5, 1, 2, 3, 4, 6, 8, 11, 14)
"""Of a window's end, after the hazard's begin or the nuisance's peak."""
APART_S = 3600
"""What is calm, of which a question is asked, is so far from any hazard of its zone."""


@dataclass(frozen=True, kw_only=True)
class ZoneQuestion(Question):
    """A window of a zone. `minutes`: of its end, after the hazard's begin or the nuisance's peak."""

    scene: str
    minutes: float
    burns: bool
    """The scene is a hazard's; at its early windows it has not begun."""
    hazard: str


class Site:
    """One table of a dataset version: every sensor at every step."""

    def __init__(self, table: pd.DataFrame, layout: ZoneLayout) -> None:
        self._signals, self._adjacent = layout.signals, layout.adjacent
        self._sensors = list(table["sensor_id"].iloc[: table["sensor_id"].nunique()])
        zone_of = list(table["zone_id"].iloc[: len(self._sensors)])
        self._columns = {zone: [i for i, own in enumerate(zone_of) if own == zone] for zone in dict.fromkeys(zone_of)}
        shape = (-1, len(self._sensors))
        self._times = pd.to_datetime(table["timestamp"].to_numpy().reshape(shape)[:, 0], utc=True)
        self._values = table[list(self._signals.names)].to_numpy(np.float32).reshape(*shape, len(self._signals.names))
        hazard = table["hazard"].to_numpy(bool).reshape(shape)
        self._hazard = {zone: hazard[:, columns].any(axis=1) for zone, columns in self._columns.items()}

    def hazards(self) -> Iterator[tuple[str, int]]:
        """(zone, first step) of each that the table shows from its begin on."""
        for zone, burns in self._hazard.items():
            for step in np.flatnonzero(np.diff(burns.astype(np.int8)) == 1) + 1:
                if self._asked(int(step)):
                    yield zone, int(step)

    def nuisances(self) -> Iterator[tuple[float, str, int]]:
        """(strength, zone, step) where a calm zone's sensors are furthest from what they mostly say."""
        for zone, burns in self._hazard.items():
            strength = self._unusual(zone)
            strength[_near(burns, APART_S // self._signals.step_s)] = 0
            asked = strength * [self._asked(step) for step in range(len(strength))]
            if asked.any():
                step = int(asked.argmax())
                yield float(asked[step]), zone, step

    def questions(self, zone: str, step: int, burns: bool) -> Iterator[ZoneQuestion]:
        what = self._signals.hazard if burns else "no " + self._signals.hazard
        for minutes in MINUTES:
            end = step + self._steps(minutes)
            sensors = self._readings(zone, end)
            if not sensors:
                continue
            beside = [one for one in self._adjacent.get(zone, ()) if one in self._columns]
            window = {
                "zone_id": zone,
                "sensors": sensors,
                "adjacent": {one: read for one in beside if (read := self._readings(one, end))},
            }
            truth = self._signals.hazard if self._hazard[zone][end] else self._signals.calm
            yield ZoneQuestion(
                name=f"{zone}, {what}, {minutes:+g} minutes",
                body=json.dumps({"windows": [window]}).encode(),
                content_type="application/json",
                entity_id=zone,
                truth=truth,
                scene=f"{zone}, {self._times[step]:%Y-%m-%d %H:%M}: {what}",
                minutes=minutes,
                burns=burns,
                hazard=self._signals.hazard,
            )

    def _asked(self, step: int) -> bool:
        """All windows around the step lie in the table."""
        first, last = step + self._steps(MINUTES[0]), step + self._steps(MINUTES[-1])
        return first >= self._signals.history_steps and last < len(self._times)

    def _steps(self, minutes: float) -> int:
        return round(60 * minutes / self._signals.step_s)

    def _unusual(self, zone: str) -> NDArray[np.float64]:
        """By step: how far the zone's mean is from its median, in units of its usual spread, over all channels."""
        values = self._values[:, self._columns[zone]]
        count = (~np.isnan(values)).sum(axis=1)
        known = np.divide(np.nansum(values, axis=1), count, out=np.full(count.shape, np.nan), where=count > 0)
        mean = pd.DataFrame(known).ffill().fillna(0).to_numpy()
        spread = np.subtract(*np.percentile(mean, [75, 25], axis=0)) + 1e-6
        return np.clip(np.abs(mean - np.median(mean, axis=0)) / spread, 0, 50).sum(axis=1)

    def _readings(self, zone: str, end: int) -> dict[str, list[dict[str, Any]]]:
        """Sensor -> what it said up to step `end`; those that said nothing are left out."""
        first = end + 1 - self._signals.history_steps
        found = {
            self._sensors[column]: [
                {"timestamp": self._times[step].isoformat(), **values}
                for step in range(first, end + 1)
                if (values := _known(self._values[step, column], self._signals))
            ]
            for column in self._columns[zone]
        }
        return {sensor: readings for sensor, readings in found.items() if readings}


def _known(values: NDArray[np.float32], signals: ZoneSignals) -> Mapping[str, float]:
    return {name: float(str(value)) for name, value in zip(signals.names, values, strict=True) if not np.isnan(value)}


def _near(burns: NDArray[np.bool_], steps: int) -> NDArray[np.bool_]:
    """Steps within so many of one that burns."""
    found = np.zeros_like(burns)
    for step in np.flatnonzero(burns):
        found[max(0, step - steps) : step + steps + 1] = True
    return found
