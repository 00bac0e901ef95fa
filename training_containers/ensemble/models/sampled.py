"""What members that learn from a sample of features share."""

import os
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from training_containers.contract import DataFault
from training_containers.ensemble.models.graphs import filled, medians
from training_containers.ensemble.models.member import Fit, Source

Array = NDArray[np.float32]


class Sample(NamedTuple):
    inputs: Array  # (n, features), nothing missing
    hazard: NDArray[np.bool_]
    weight: Array  # mean one
    typical: Array  # (features,): what stands in for a missing value


def draw(source: Source, fit: Fit, most: int | None = None) -> Sample:
    """Raises DataFault: there is no hazardous decision, or no calm one."""
    require_both(source)
    batch = source.sample("features", fit.settings.most_rows if most is None else most, fit.seed)
    typical = medians(batch.inputs)
    return Sample(filled(batch.inputs, typical), batch.hazard, batch.weight / batch.weight.mean(), typical)


def require_both(source: Source) -> None:
    if not 0 < source.hazards < source.decisions:
        raise DataFault(f"{source.hazards} of {source.decisions} decisions are hazardous; each class needs some.")


def threads() -> int:
    """As many as the platform allows: OMP_NUM_THREADS where it is set, every core otherwise."""
    return int(os.environ.get("OMP_NUM_THREADS", os.cpu_count() or 1))
