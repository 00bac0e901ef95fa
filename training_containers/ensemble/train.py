"""Trains the ensemble on readings of sensors in zones and leaves a model package. Read it from `train` downwards.

Every finished training lies below the checkpoints as an ONNX file; a run that was killed goes on with the first one
that is missing. Memory is that of a sample and some bytes a decision: docs/decisions/0042.
"""

import json
import sys
import time

import numpy as np

from inference.contracts import Split
from inference.sensor_zones.predictor import ZoneDetector
from training_containers.contract import OptMl
from training_containers.contract.checkpoints import require_same_run, write_whole
from training_containers.contract.metric_definitions import print_metrics
from training_containers.contract.program import StopRequest, run_program
from training_containers.ensemble.calibration import precision_out_of_fold
from training_containers.ensemble.compress import combined
from training_containers.ensemble.config import EnsembleHyperparameters
from training_containers.ensemble.data import SHARED, read_dataset, sources
from training_containers.ensemble.judged import decisions_of
from training_containers.ensemble.members import Board, Trained, train_members
from training_containers.ensemble.models import members
from training_containers.ensemble.package import EnsemblePackager
from training_containers.ensemble.rule import tune_rule
from training_containers.ensemble.scoring import OnnxMember
from training_containers.ensemble.search import search
from training_containers.ensemble.source import ShardSource
from training_containers.packaging import champion_of, package
from training_containers.torch_run.processes import Processes

CHUNK = 4096


def train(opt_ml: OptMl) -> None:
    """The whole job of one process: features, members, choice, and in the main process the package."""
    StopRequest(at_once=True)
    began = time.perf_counter()
    settings = EnsembleHyperparameters.parse(opt_ml.hyperparameters)
    processes = Processes.join()
    champion = champion_of(opt_ml, ZoneDetector) if processes.is_main else None
    dataset = read_dataset(opt_ml.channel("dataset"), opt_ml.optional_channel(SHARED))
    identity = {"dataset_version": dataset.summary.version, **settings.model_dump(mode="json")}
    if processes.is_main:
        _require_own_checkpoints(opt_ml, identity)
    by_split = sources(dataset, opt_ml.scratch, settings.judge_every, processes)
    for split, source in by_split.items():
        print(f"{split}: {source.decisions} decisions, {source.hazards} of them hazardous", flush=True)
    kept_in = opt_ml.checkpoints if processes.is_main else opt_ml.scratch  # hosts' checkpoints go to one place
    job = (members(settings.members), by_split[Split.TRAIN], settings, kept_in, processes)
    searched = search(*job)
    trained, found = train_members(*job, searched)
    processes.leave()
    if found is None:
        return
    print_metrics({"oof_average_precision": precision_out_of_fold(found)})
    validation = by_split[Split.VALIDATION]
    decisions = decisions_of(validation.shards, validation.signals.step_s, settings.judge_every)
    scores = _scores(trained, validation)
    (kept, choice), whole = combined(trained, found, scores, decisions, validation.signals, settings)
    for way in (*choice.ways, *choice.alone):
        recall, precision = way.metrics["recall"], way.metrics["average_precision"]
        print(f"validation {way.name:20} recall {recall:.3f}, average precision {precision:.3f}")
    print(f"the package combines by: {choice.contract.combiner.kind}", flush=True)
    if whole is not None:
        print(f"{len(kept)} of {len(trained)} members are left, of the same recall on validation", flush=True)
    sample = by_split[Split.TRAIN].sample("features", settings.most_rows, settings.seed)
    packager = EnsemblePackager(
        dataset=dataset,
        sources=by_split,
        trained=kept,
        choice=choice,
        whole=whole,
        rule=tune_rule(sample, settings.false_positive_rate, validation.signals),
        judge_every=settings.judge_every,
        searched=searched,
    )
    package(opt_ml, packager, champion)
    print_metrics({"progress": 1.0, "seconds": time.perf_counter() - began})


def _scores(trained: list[Trained], source: ShardSource) -> np.ndarray:
    """(decisions, members), raw."""
    columns = []
    for one in trained:
        began = time.perf_counter()
        model = OnnxMember(one.onnx, one.member.reads)
        chunks = [model.scores(inputs) for inputs in source.in_order(one.member.reads, CHUNK)]
        columns.append(np.concatenate(chunks))
        Board.scored(one.member.name, "valid", source.decisions, began)
    return np.stack(columns, axis=1)


def _require_own_checkpoints(opt_ml: OptMl, identity: dict[str, object]) -> None:
    path = opt_ml.checkpoints / "run.json"
    if path.is_file():
        require_same_run(json.loads(path.read_text()), identity)
    else:
        write_whole(path, lambda file: file.write(json.dumps(identity).encode()))


def main() -> int:
    return run_program(train)


if __name__ == "__main__":
    sys.exit(main())
