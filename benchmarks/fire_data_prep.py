"""Data prep of sensors in zones, in rows a second and peak memory, beside pandas on the same files in the same run.

Simulated buildings, sorted Parquet; each way runs in a process of its own. pandas does what any script would: read,
sort, put on the grid, write; no checks, no inspection, no hashes. Writes benchmarks/results/fire_data_prep.json.

    python -m benchmarks.fire_data_prep --rows 5000000
"""

import argparse
import json
import multiprocessing
import resource
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow.parquet as pq

from inference.contracts.zones import ZoneSignals
from lambdas.data_prep.folder_bucket import FolderBucket
from lambdas.data_prep.inputs import Inputs
from lambdas.data_prep.publish import publish
from lambdas.data_prep.sensor_zones.prepare import prepare
from lambdas.data_prep.sensor_zones.spec import SensorZones
from sandbox.simulators.fire import CampaignOptions, simulate_campaign
from sandbox.simulators.fire.sensors import CHANNELS

RESULT = Path(__file__).parent / "results" / "fire_data_prep.json"
SPEC = SensorZones(prefix="", signals=ZoneSignals(channels=CHANNELS))


def ours(raw: Path, out: Path) -> None:
    inputs = Inputs("fire", "benchmark", SPEC, FolderBucket(raw), FolderBucket(out), None, lambda: 1 << 40)
    publish("fire", SPEC, prepare(inputs), inputs.artifacts)


def with_pandas(raw: Path, out: Path) -> None:
    for path in sorted(raw.rglob("*.parquet")):
        table = pd.read_parquet(path)
        for channel in CHANNELS:
            table[channel.name] = table[channel.name].where(table[channel.name].between(channel.low, channel.high))
        table["timestamp"] = table["timestamp"].dt.floor(f"{SPEC.signals.step_s}s")
        table = table.drop_duplicates(["timestamp", "sensor_id"], keep="last").sort_values(["timestamp", "sensor_id"])
        target = out / path.relative_to(raw)
        target.parent.mkdir(parents=True, exist_ok=True)
        table.to_parquet(target, index=False, compression="snappy")


def decode(raw: Path, _: Path) -> None:
    """What the files' decoding alone costs: a limit of the machine."""
    for path in sorted(raw.rglob("*.parquet")):
        pq.read_table(path)


def measured(way: Callable[[Path, Path], None], raw: Path, rows: int) -> dict[str, float]:
    context = multiprocessing.get_context("spawn")
    queue: Any = context.Queue()
    with tempfile.TemporaryDirectory() as out:
        process = context.Process(target=_run, args=(way, raw, Path(out), queue))
        process.start()
        wall, cpu, peak, before = queue.get()
        process.join()
    return {
        "rows_per_s": round(rows / wall),
        "rows_per_cpu_s": round(rows / cpu),
        "peak_mb": round(peak),
        "imports_mb": round(before),
    }


def _run(way: Callable[[Path, Path], None], raw: Path, out: Path, queue: Any) -> None:
    before = _peak_mb()
    wall, cpu = time.perf_counter(), time.process_time()
    way(raw, out)
    queue.put((time.perf_counter() - wall, time.process_time() - cpu, _peak_mb(), before))


def _peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.fire_data_prep", description=__doc__)
    parser.add_argument("--rows", type=int, default=5_000_000)
    parser.add_argument("--raw", type=Path, help="simulated readings that are there already")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        raw = given.raw or Path(folder)
        if given.raw is None:
            for _ in simulate_campaign(CampaignOptions.of_rows(given.rows), raw):
                pass
        rows = sum(pq.read_metadata(path).num_rows for path in raw.rglob("*.parquet"))
        ways = {"data prep": ours, "pandas": with_pandas, "decoding alone": decode}
        found = {name: measured(way, raw, rows) for name, way in ways.items()}
    result = {"rows": rows, "threads": 1, "ways": found}
    RESULT.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    print(json.dumps(result, indent=1))


if __name__ == "__main__":
    main()
