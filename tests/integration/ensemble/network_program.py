"""Trains one network on a source that lies below the job's folder, as a training program would."""

import os
import sys
import time

import torch

from inference.contracts.zones import ZoneSignals
from tests.unit.ensemble_toys import SETTINGS
from training_containers.contract import Interrupted, OptMl
from training_containers.contract.program import run_program
from training_containers.ensemble.models import transformer
from training_containers.ensemble.models.member import Fit
from training_containers.ensemble.source import ShardSource
from training_containers.ensemble.store import read_shard, shard_elsewhere
from training_containers.torch_run.processes import Processes

CHANGES = {"most_windows": 5000, "batch_size": 512, "accumulate": 2, "width": 64, "learning_rate": 0.005, "epochs": 8}


def train(opt_ml: OptMl) -> None:
    torch.set_num_threads(1)
    halves = (opt_ml.base / "halves").is_file()
    if halves:  # each process is a host of its own, with every other table
        os.environ |= {"LOCAL_RANK": "0", "LOCAL_WORLD_SIZE": "1"}
    processes = Processes.join()
    data = opt_ml.channel("dataset")
    signals = ZoneSignals.model_validate_json((data / "signals.json").read_bytes())
    shards = [read_shard(folder.parent) for folder in sorted(data.glob("*/shard/shard.json"))]
    if halves:
        shards = [
            one
            if number % processes.count == processes.rank
            else shard_elsewhere(one.group, one.block, len(one), one.hazards)
            for number, one in enumerate(shards)
        ]
    source = ShardSource(shards, signals)
    opt_ml.model.mkdir(exist_ok=True)
    first, rows, began = None, 0, time.perf_counter()

    def report(share: float, done: int) -> None:
        nonlocal first, rows
        first = share if first is None else first
        rows = done
        if share > 0.6 and (opt_ml.base / "stop").is_file():
            raise Interrupted("told to stop (SIGTERM)")

    transformer.MEMBER.train(
        source,
        Fit(
            signals=signals,
            settings=SETTINGS.model_copy(update=CHANGES),
            seed=5,
            resume=opt_ml.checkpoints / str(processes.rank),
            onnx=opt_ml.model / f"{processes.rank}.onnx",
            report=report,
        ),
    )
    if processes.is_main:
        print(
            f"processes={processes.count} rows_per_s={rows / (time.perf_counter() - began):.0f} from={first}",
            flush=True,
        )
    processes.leave()


if __name__ == "__main__":
    sys.exit(run_program(train))
