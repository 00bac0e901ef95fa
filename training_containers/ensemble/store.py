"""Features and nodes of every decision, computed once and kept on disk: members read them as often as they like.

A shard is one table: its decisions' features, and the nodes that windows are cut from. Both are memory-mapped, so what
is held in memory does not grow with the number of rows.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from inference.contracts.zones import ZoneSignals
from inference.sensor_zones.features import zone_features
from inference.sensor_zones.nodes import windows
from training_containers.ensemble.models.member import Reads
from training_containers.ensemble.panels import Panel


@dataclass(frozen=True)
class Shard:
    """The decisions about one table. `zone` and `end` say which zone, and the last step of the window."""

    folder: Path
    group: str
    """What must stay together: the site."""
    block: str
    """The time block."""
    start_s: float
    zones: tuple[str, ...]
    zone: NDArray[np.int16]  # (decisions,)
    end: NDArray[np.int32]  # (decisions,)
    hazard: NDArray[np.bool_]  # (decisions,)
    burning: NDArray[np.int32]  # (decisions,): steps since the zone began to burn, 0 where it does not
    elsewhere: tuple[int, int] | None = None
    """Another host has it: how many decisions, and how many of them hazardous, is all that is known here."""

    def __len__(self) -> int:
        return len(self.hazard) if self.elsewhere is None else self.elsewhere[0]

    @property
    def hazards(self) -> int:
        return int(self.hazard.sum()) if self.elsewhere is None else self.elsewhere[1]

    def inputs(self, reads: Reads, rows: NDArray[np.int64], signals: ZoneSignals) -> NDArray[np.float32]:
        """Of these decisions: (n, features), or (n, window_steps, nodes, channels)."""
        if reads == "features":
            return np.load(self.folder / "features.npy", mmap_mode="r")[rows]
        nodes = np.load(self.folder / "nodes.npy", mmap_mode="r")  # (zones, steps, nodes, channels)
        found = np.empty((len(rows), signals.window_steps, *nodes.shape[2:]), np.float32)
        for zone in np.unique(self.zone[rows]):
            of_zone = np.flatnonzero(self.zone[rows] == zone)
            found[of_zone] = windows(nodes[zone], self.end[rows[of_zone]].astype(np.int64), signals)
        return found


def write_shard(
    folder: Path,
    read: Callable[[], Panel],
    group: str,
    block: str,
    adjacent: Mapping[str, Sequence[str]],
    signals: ZoneSignals,
    every: int = 1,
) -> Shard:
    """Compute a table's features, unless an earlier try has; a shard that is there whole has its `shard.json`.

    `every`: steps between two decisions about a zone.
    """
    if (folder / "shard.json").is_file():
        return read_shard(folder)
    panel = read()
    folder.mkdir(parents=True, exist_ok=True)
    steps = len(panel.values)
    ends = np.arange(signals.window_steps - 1, steps)
    ends = ends[(ends + 1) % every == 0]
    nodes = np.lib.format.open_memmap(
        folder / "nodes.npy",
        mode="w+",
        dtype=np.float32,
        shape=(len(panel.zones), steps, signals.nodes, len(signals.channels)),
    )
    features, zones, last, hazard, burning = [], [], [], [], []
    for zone in range(len(panel.zones)):
        nodes[zone] = panel.nodes_of(zone, adjacent, signals)
        judged = ends[_is_read(nodes[zone], signals)[ends]]
        features.append(zone_features(nodes[zone], judged, signals))
        zones.append(np.full(len(judged), zone, np.int16))
        last.append(judged.astype(np.int32))
        hazard.append(panel.hazard[judged, zone])
        burning.append(_burning(panel.hazard[:, zone])[judged])
    nodes.flush()
    np.save(folder / "features.npy", np.concatenate(features))
    np.save(folder / "zone.npy", np.concatenate(zones))
    np.save(folder / "end.npy", np.concatenate(last))
    np.save(folder / "hazard.npy", np.concatenate(hazard))
    np.save(folder / "burning.npy", np.concatenate(burning))
    told = {"group": group, "block": block, "start_s": panel.start_s, "zones": panel.zones}
    (folder / "shard.json").write_text(json.dumps(told))
    return read_shard(folder)


def shard_elsewhere(group: str, block: str, decisions: int, hazards: int) -> Shard:
    empty = np.empty(0, np.int32)
    return Shard(Path(), group, block, 0.0, (), empty.astype(np.int16), empty, empty > 0, empty, (decisions, hazards))


def read_shard(folder: Path) -> Shard:
    told = json.loads((folder / "shard.json").read_text())
    return Shard(
        folder=folder,
        group=told["group"],
        block=told["block"],
        start_s=told["start_s"],
        zones=tuple(told["zones"]),
        **{name: np.load(folder / f"{name}.npy", mmap_mode="r") for name in ("zone", "end", "hazard", "burning")},
    )


def _is_read(nodes: NDArray[np.float32], signals: ZoneSignals) -> NDArray[np.bool_]:
    """Where some sensor of the zone has said something, perhaps a little while ago. (steps,)"""
    return np.asarray(~np.isnan(nodes[:, : signals.sensors]).all(axis=(1, 2)))


def _burning(hazard: NDArray[np.bool_]) -> NDArray[np.int32]:
    """Steps since a zone began to burn, 0 in the first one and where it does not. (steps,)"""
    step = np.arange(len(hazard))
    calm = np.maximum.accumulate(np.where(hazard, -1, step))
    return np.where(hazard, step - calm - 1, 0).astype(np.int32)
