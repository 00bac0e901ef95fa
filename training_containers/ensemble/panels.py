"""Tables of one site and time block, as data preparation leaves them: every sensor at every step, sorted by both."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
from numpy.typing import NDArray

from inference.contracts.zones import ZoneSignals
from inference.sensor_zones.nodes import zone_nodes
from training_containers.contract import DataFault

TIMESTAMP, ZONE, SENSOR, HAZARD = "timestamp", "zone_id", "sensor_id", "hazard"


@dataclass(frozen=True)
class Panel:
    """Readings of a site's sensors on the grid, and where it burns."""

    values: NDArray[np.float32]  # (steps, sensors, channels); NaN: not read
    hazard: NDArray[np.bool_]  # (steps, zones)
    start_s: float  # of the first step, seconds since the epoch
    zones: tuple[str, ...]
    columns: tuple[tuple[int, ...], ...]  # of each zone's sensors
    sensors: tuple[str, ...]  # of each column

    def nodes_of(self, zone: int, adjacent: Mapping[str, Sequence[str]], signals: ZoneSignals) -> NDArray[np.float32]:
        """(steps, nodes, channels); neighbours of which the table has nothing are left out."""
        beside = [self.zones.index(name) for name in adjacent.get(self.zones[zone], ()) if name in self.zones]
        return zone_nodes(self.values, self.columns[zone], [self.columns[one] for one in beside], signals)


def read_panel(path: Path, signals: ZoneSignals) -> Panel:
    """Raises DataFault: the table is not a whole grid of sensors and steps."""
    table = pq.read_table(path, columns=[TIMESTAMP, ZONE, SENSOR, *signals.names, HAZARD])
    sensors = table[SENSOR].combine_chunks().dictionary_encode()
    count = len(sensors.dictionary)
    steps, rest = divmod(table.num_rows, count)
    order = sensors.indices.to_numpy().reshape(steps, count) if rest == 0 else np.empty((0, 0))
    if rest or not (order == order[0]).all():
        raise DataFault(
            f"{path.name} has {table.num_rows} rows of {count} sensors, not one a sensor and step: prepare again."
        )
    values = np.empty((steps, count, len(signals.channels)), np.float32)
    for number, name in enumerate(signals.names):
        values[:, :, number] = table[name].to_numpy().reshape(steps, count)
    zone_of = table[ZONE].slice(0, count).to_pylist()
    zones = tuple(sorted(set(zone_of)))
    columns = tuple(tuple(i for i, name in enumerate(zone_of) if name == zone) for zone in zones)
    burns = table[HAZARD].to_numpy().reshape(steps, count).astype(bool)
    hazard = np.stack([burns[:, list(own)].any(axis=1) for own in columns], axis=1)
    start = table[TIMESTAMP].slice(0, 1).to_pandas().iloc[0].timestamp()
    names = tuple(table[SENSOR].slice(0, count).to_pylist())
    return Panel(values, hazard, start, zones, columns, names)
