"""A small building that can be learned in a second: heat and smoke rise together where it burns, alone where it does
not."""

from functools import partial

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from inference.contracts.zones import ZoneChannel, ZoneSignals
from training_containers.ensemble.config import EnsembleHyperparameters
from training_containers.ensemble.panels import read_panel
from training_containers.ensemble.source import ShardSource
from training_containers.ensemble.store import write_shard

STEPS, EACH, RISE, EVERY = 720, 2, 12, 60
SIGNALS = ZoneSignals(
    channels=tuple(ZoneChannel(name=name, unit="1", low=-100, high=100) for name in ("heat", "smoke")),
    window_steps=12,
    short_steps=3,
    fill_steps=2,
    sensors=2,
    neighbours=1,
)
ADJACENT = {"a": ["b"], "b": ["a", "c"], "c": ["b"]}
SETTINGS = EnsembleHyperparameters(
    most_windows=2500, most_rows=2500, epochs=4, batch_size=64, width=16, rounds=20, trees=20
)


def toy_source(folder, seeds, **how):
    """One site a seed, its decisions on disk below `folder`."""
    return ShardSource([_shard(folder / f"site-{seed}", seed, **how) for seed in seeds], SIGNALS)


def write_toy_table(path, seed, sign=1, kinds=("fire", "heat", "smoke", "calm")):
    """Every `EVERY` steps each zone burns, or only heat or only smoke rises in it; they fall where `sign` is -1."""
    rng = np.random.default_rng(seed)
    values = rng.normal(0, 0.5, (STEPS, 3, EACH, 2)) + rng.normal(0, 0.3, (1, 3, EACH, 2))
    burns = np.zeros((STEPS, 3), bool)
    for start in range(EVERY // 2, STEPS - EVERY // 2, EVERY):
        for zone in range(3):
            kind = rng.choice(list(kinds))
            steps = slice(start, start + EVERY // 2)
            rise = np.minimum(np.arange(EVERY // 2) / RISE, 1) * rng.uniform(3, 6)
            if kind in ("fire", "heat"):
                values[steps, zone, :, 0] += rise[:, None]
            if kind in ("fire", "smoke"):
                values[steps, zone, :, 1] += rise[:, None]
            burns[steps, zone] = kind == "fire"
    values[rng.random(values.shape[:3]) < 0.03] = np.nan  # whole readings are lost
    columns = {
        "timestamp": pa.array(np.repeat(np.arange(STEPS) * 10_000_000, 3 * EACH), pa.timestamp("us", tz="UTC")),
        "zone_id": [zone for _ in range(STEPS) for zone in "abc" for _ in range(EACH)],
        "sensor_id": [f"{zone}{number}" for _ in range(STEPS) for zone in "abc" for number in range(EACH)],
        "hazard": np.repeat(burns, EACH).astype(np.int8),
    }
    for number, name in enumerate(SIGNALS.names):
        columns[name] = (sign * values[..., number]).astype(np.float32).ravel()
    pq.write_table(pa.table(columns), path)
    return path


def _shard(folder, seed, **how):
    folder.mkdir(parents=True)
    table = write_toy_table(folder / "table.parquet", seed, **how)
    return write_shard(folder / "shard", partial(read_panel, table, SIGNALS), folder.name, "day", ADJACENT, SIGNALS)
