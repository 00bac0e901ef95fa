"""What the peers share: the run's settings and tables, how many rows a peer takes, and what its answers are worth."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import average_precision_score

from benchmarks.fire.work import Work
from inference.contracts.zones import ZoneItem
from training_containers.ensemble.config import EnsembleHyperparameters
from training_containers.ensemble.threshold import threshold_for

SHARE_OF_MEMORY = 0.6
"""Of what is available when the stage begins."""


def settings_of(work: Work) -> EnsembleHyperparameters:
    return EnsembleHyperparameters.parse({key: str(value) for key, value in work.asked.settings.items()})


def items_of(work: Work) -> list[ZoneItem]:
    lines = (work.job / "input/data/dataset/manifest.jsonl").read_text().splitlines()
    return [ZoneItem.model_validate_json(line) for line in lines]


def rows_that_fit(bytes_each: int) -> int:
    """In this peer's share of the memory that the machine could give."""
    (line,) = [one for one in Path("/proc/meminfo").read_text().splitlines() if one.startswith("MemAvailable")]
    return int(int(line.split()[1]) * 1024 * SHARE_OF_MEMORY / bytes_each)


def worth(scores: NDArray, hazard: NDArray[np.bool_], rate: float) -> dict[str, float]:
    """At the threshold that has the allowed rate on these very decisions: kinder than what the ensemble gets."""
    limit = threshold_for(np.asarray(scores, np.float64), hazard, np.ones(len(hazard), np.float32), rate)
    return {
        "recall_at_rate": round(float((scores[hazard] >= limit).mean()), 4),
        "average_precision": round(float(average_precision_score(hazard, scores)), 4),
    }
