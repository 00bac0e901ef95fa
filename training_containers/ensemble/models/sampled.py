"""What members that learn from a sample of features share."""

import os
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from training_containers.contract import DataFault
from training_containers.ensemble.models.graphs import filled, medians
from training_containers.ensemble.models.member import Batch, Fit, Source
from training_containers.torch_run.hosts import Hosts

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
    return prepared(batch, medians(batch.inputs), None)


def prepared(batch: Batch, typical: Array, hosts: Hosts | None) -> Sample:
    """`hosts`: those that have drawn it together."""
    weight = batch.weight / mean_weight(batch.weight, hosts)
    return Sample(filled(batch.inputs, typical), batch.hazard, weight, typical)


def of_all_hosts(batch: Batch, hosts: Hosts | None, most: int) -> Batch:
    """The first `most` of a sample that hosts have drawn together, in each of them; alone: the sample."""
    if hosts is None:
        return batch
    assert batch.share is not None, "hosts that train together have a share each"
    first = batch.share.position < most
    ours = (batch.share.position, batch.inputs, batch.hazard, batch.weight, batch.shard)
    told = hosts.gathered([column[first] for column in ours])
    position, *columns = (np.concatenate(of_each) for of_each in zip(*told, strict=True))
    inputs, hazard, weight, shard = (column[np.argsort(position)] for column in columns)
    return Batch(inputs, hazard, weight, shard)


def mean_weight(weight: Array, hosts: Hosts | None) -> float:
    """Of a sample that hosts have drawn together, where there are more of them."""
    if hosts is None:
        return weight.mean()
    total, count = np.sum(hosts.gathered((float(weight.sum()), len(weight))), axis=0)
    return float(total / count)


def require_both(source: Source) -> None:
    if not 0 < source.hazards < source.decisions:
        raise DataFault(f"{source.hazards} of {source.decisions} decisions are hazardous; each class needs some.")


def threads() -> int:
    """As many as the platform allows: OMP_NUM_THREADS where it is set, every core otherwise."""
    return int(os.environ.get("OMP_NUM_THREADS", os.cpu_count() or 1))
