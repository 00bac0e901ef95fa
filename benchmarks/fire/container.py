"""The real training container on a folder in SageMaker's layout, and what its log and memory say of each model."""

import json
import re
import sys
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from benchmarks.fire.watch import Sample, Stage, run_stage, samples_of
from benchmarks.fire.work import Work

_DONE = re.compile(r"(\w+) +(all|fold-\d) +done in ([\d.]+) s")
_SCORED = re.compile(r"(\w+) +(valid|fold-\d) +scored \d+ decisions in ([\d.]+) s")
_SPLIT = re.compile(r"(train|validation|test): (\d+) decisions, (\d+) of them")
PHASES = (
    ("features", "train: ", min),
    ("members", " all     done", max),
    ("combining", "the package combines by", max),
    ("packaging", "progress=1 ", max),
)
"""What the container does, a part of a line that ends it, and which of these does after several tries."""


@dataclass
class Model:
    """Seconds and megabytes of one member, over all its trainings."""

    train_s: float = 0.0
    last_s: float = 0.0
    """Of its training on the whole split."""
    score_s: float = 0.0
    peak_mb: float = 0.0


@dataclass(frozen=True)
class Trained:
    """What the container did."""

    decisions: dict[str, int] = field(default_factory=dict)
    hazards: dict[str, int] = field(default_factory=dict)
    models: dict[str, Model] = field(default_factory=lambda: defaultdict(Model))
    phases: dict[str, dict[str, float]] = field(default_factory=dict)
    evaluation: dict[str, Any] = field(default_factory=dict)


class Line(NamedTuple):
    at_s: float
    text: str


def train(work: Work, environment: dict[str, str]) -> Stage:
    configuration = work.job / "input" / "config"
    configuration.mkdir(parents=True, exist_ok=True)
    settings = {name: str(value) for name, value in work.asked.settings.items()}
    (configuration / "hyperparameters.json").write_text(json.dumps(settings))
    command = [sys.executable, "-m", "training_containers.ensemble", "train"]
    return run_stage(work, "train", command, {**environment, "SAGEMAKER_BASE_DIR": str(work.job)})


def trained(work: Work) -> Trained:
    """Of every try together, and of what is done where it has not ended yet."""
    lines = list(_lines(work))
    samples = samples_of(work.folder("logs") / "train.memory.jsonl")
    evaluation = work.job / "model" / "evaluation.json"
    found = Trained(evaluation=json.loads(evaluation.read_text()) if evaluation.is_file() else {})
    for line in lines:
        if split := _SPLIT.match(line.text):
            found.decisions[split[1]], found.hazards[split[1]] = int(split[2]), int(split[3])
        elif done := _DONE.match(line.text):
            seconds, model = float(done[3]), found.models[done[1]]
            model.train_s += seconds
            if done[2] == "all":
                model.last_s += seconds
            model.peak_mb = max(model.peak_mb, _used(samples, line.at_s - seconds, line.at_s)["peak_mb"])
        elif scored := _SCORED.match(line.text):
            found.models[scored[1]].score_s += float(scored[3])
    began = 0.0
    for name, last, of_several in PHASES:
        ended = of_several((line.at_s for line in lines if last in f"{line.text} "), default=None)
        if ended is None:
            break
        found.phases[name] = _used(samples, began, ended)
        began = ended
    return found


def _lines(work: Work) -> Iterator[Line]:
    log = work.folder("logs") / "train.log"
    for line in log.read_text(encoding="utf-8").splitlines() if log.is_file() else ():
        at, _, text = line.partition(" ")
        yield Line(float(at), text)


def _used(samples: list[Sample], began: float, ended: float) -> dict[str, float]:
    """Seconds, CPU seconds and peak memory between two times."""
    within = [one for one in samples if began - 0.3 <= one.at_s <= ended + 0.3]
    return {
        "seconds": round(ended - began, 1),
        "cpu_s": round(within[-1].cpu_s - within[0].cpu_s, 1) if within else 0.0,
        "peak_mb": max((one.own_mb for one in within), default=0.0),
    }
