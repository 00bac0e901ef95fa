"""The stages before training, each a process: python -m benchmarks.fire.stages NAME WORK"""

import json
import sys
from collections.abc import Callable, Iterator
from itertools import product
from pathlib import Path
from typing import Any

from benchmarks.fire import machine
from benchmarks.fire.peers.lightgbm_alone import lightgbm_alone
from benchmarks.fire.peers.pandas_and_sklearn import pandas_and_sklearn
from benchmarks.fire.work import DOMAIN, Work
from inference.contracts.zones import ZoneSignals
from lambdas.common.artifacts import dataset_folder
from lambdas.data_prep.folder_bucket import FolderBucket
from lambdas.data_prep.inputs import Inputs
from lambdas.data_prep.publish import publish
from lambdas.data_prep.sensor_zones import batches, diagnose
from lambdas.data_prep.sensor_zones.spec import SensorZones
from sandbox.simulators.fire import CampaignOptions
from sandbox.simulators.fire.campaign import Part, schema, write_part
from sandbox.simulators.fire.sensors import CHANNELS
from training_containers.contract.metric_definitions import print_metrics

SPEC = SensorZones(prefix="", signals=ZoneSignals(channels=CHANNELS))
Found = dict[str, Any]


def generate(work: Work) -> Found:
    """Parts that an earlier try has finished are left as they are."""
    options = CampaignOptions.of_rows(work.asked.rows, seed=work.asked.seed)
    (work.raw / "schema.json").write_text(json.dumps(schema(options)), encoding="utf-8")
    rows = 0
    for number, part in enumerate(_parts(work, options), start=1):
        rows += part
        print_metrics({"progress": rows / options.rows, "parts": number, "rows": rows})
    size = sum(path.stat().st_size for path in work.raw.rglob("*.parquet"))
    return {"rows": rows, "files": number, "gb": round(size / 1e9, 3)}


def _parts(work: Work, options: CampaignOptions) -> Iterator[int]:
    from concurrent.futures import ProcessPoolExecutor
    from functools import partial

    pairs = list(product(range(options.sites), range(options.days)))
    with ProcessPoolExecutor(work.asked.workers) as pool:
        yield from pool.map(partial(_part, options, work.raw, work.folder("parts")), pairs)


def _part(options: CampaignOptions, raw: Path, done: Path, pair: tuple[int, int]) -> int:
    marker = done / "{}-{}".format(*pair)
    if not marker.is_file():
        part: Part = write_part(options, raw, pair)
        marker.write_text(str(part.rows))
    return int(marker.read_text())


def inspect(work: Work) -> Found:
    """The inspector alone, as the payload's action `diagnose` runs it."""
    found = diagnose.inspect(_inputs(work, "inspection"))
    return {"findings": found.findings, "refusals": list(found.refusals)}


def prepare(work: Work) -> Found:
    """The three steps of a Distributed Map, one after another; batches that are done are not done again."""
    inputs = _inputs(work, "preparation")
    done = work.folder("batches")
    if not (done / "plan").is_file():
        (done / "plan").write_text(str(len(batches.list_batches(inputs).batches)))
    count = int((done / "plan").read_text())
    for number in range(count):
        if not (done / str(number)).is_file():
            batches.inspect_batch(inputs, number)
            (done / str(number)).touch()
        print_metrics({"progress": (number + 1) / (count + 1), "batches": number + 1})
    result = publish(DOMAIN, SPEC, batches.merge(inputs), inputs.artifacts)
    channel = work.job / "input" / "data" / "dataset"
    channel.parent.mkdir(parents=True, exist_ok=True)
    channel.unlink(missing_ok=True)
    channel.symlink_to(work.artifacts / dataset_folder(DOMAIN, result.version))
    return {"tables": result.items, "version": result.version}


def _inputs(work: Work, run: str) -> Inputs:
    return Inputs(DOMAIN, run, SPEC, FolderBucket(work.raw), FolderBucket(work.artifacts), None, lambda: 1 << 40)


def decode(work: Work) -> Found:
    """What this machine can do at best: copies in memory, and Parquet's decoding alone."""
    return machine.limits(sorted(work.raw.rglob("*.parquet")))


def lightgbm(work: Work) -> Found:
    return lightgbm_alone(work)


def pandas(work: Work) -> Found:
    return pandas_and_sklearn(work)


STAGES: dict[str, Callable[[Work], Found]] = {
    "generate": generate,
    "limits": decode,
    "inspect": inspect,
    "prepare": prepare,
    "lightgbm": lightgbm,
    "pandas": pandas,
}


def main() -> None:
    name, root = sys.argv[1:]
    found = STAGES[name](Work(Path(root)))
    print(f"found={json.dumps(found)}", flush=True)


if __name__ == "__main__":
    main()
