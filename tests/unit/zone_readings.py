"""Made-up readings of sensors in zones, small enough to prepare in a moment, and folders in place of buckets."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from inference.contracts.zones import ZoneChannel, ZoneSignals
from lambdas.data_prep.folder_bucket import FolderBucket
from lambdas.data_prep.inputs import Inputs
from lambdas.data_prep.sensor_zones.spec import SensorZones

STEP_S, BLOCK_H = 60, 6
STEPS = BLOCK_H * 3600 // STEP_S
ZONES, EACH = 2, 2
START = pd.Timestamp("2025-03-01T00:00:00Z")
SIGNALS = ZoneSignals(
    channels=(
        ZoneChannel(name="temperature_c", unit="degC", low=-40, high=600),
        ZoneChannel(name="co_ppm", unit="ppm", low=0, high=5000),
    ),
    step_s=STEP_S,
    window_steps=5,
    short_steps=2,
    fill_steps=2,
    sensors=EACH,
    neighbours=1,
)
SPEC = SensorZones(prefix="raw/", signals=SIGNALS, block_hours=BLOCK_H, least_runs=1)


def readings(sites: int = 4, blocks: int = 4, burns_every: int = 1, seed: int = 3) -> pd.DataFrame:
    """Documented columns, sorted by site, time and sensor; a fire of half an hour in every so many blocks of a site."""
    rng = np.random.default_rng(seed)
    steps = STEPS * blocks
    sensors = [(f"zone-{zone}", f"zone-{zone}/{one}") for zone in range(ZONES) for one in range(EACH)]
    tables = []
    for site in range(sites):
        rows = steps * len(sensors)
        fire = np.zeros((steps, ZONES), bool)
        for block in range(site % burns_every, blocks, burns_every):
            fire[block * STEPS + 100 : block * STEPS + 130, block % ZONES] = True
        fire = np.repeat(fire, EACH, axis=1).reshape(-1)
        tables.append(
            pd.DataFrame(
                {
                    "timestamp": np.repeat(START + pd.to_timedelta(np.arange(steps) * STEP_S, unit="s"), len(sensors)),
                    "site_id": f"site-{site}",
                    "zone_id": [zone for zone, _ in sensors] * steps,
                    "sensor_id": [sensor for _, sensor in sensors] * steps,
                    "temperature_c": (20 + rng.normal(size=rows) + 30 * fire).astype(np.float32),
                    "co_ppm": (2 + rng.random(rows) + 40 * fire).astype(np.float32),
                    "fire": fire.astype(np.int8),
                }
            )
        )
    return pd.concat(tables, ignore_index=True)


def as_files(table: pd.DataFrame, root: Path) -> Path:
    """One Parquet file a site and day, below `raw/`."""
    for (site, day), rows in table.groupby(["site_id", table["timestamp"].dt.date]):
        path = root / "raw" / str(site) / f"{day}.parquet"
        path.parent.mkdir(parents=True, exist_ok=True)
        rows.to_parquet(path, index=False)
    return root


def inputs(
    raw: Path, out: Path, spec: SensorZones = SPEC, run: str = "run", remaining_ms: Any = lambda: 600_000
) -> Inputs:
    return Inputs("fire", "run", spec, FolderBucket(raw), FolderBucket(out), None, remaining_ms)
