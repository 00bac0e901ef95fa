"""Trees by LightGBM, on one host or on several with a share of the decisions each, which add up their histograms.

https://lightgbm.readthedocs.io/en/v4.7.0/Parallel-Learning-Guide.html
"""

from typing import Any, NamedTuple

import lightgbm as lgb
import numpy as np
from numpy.typing import NDArray

from training_containers.torch_run.hosts import SILENCE, Hosts
from training_containers.torch_run.watch import watched

FEW = 100
"""Decisions: a tree is grown on a part of a host's, which must not come out empty."""


class Learned(NamedTuple):
    """What this host learns from."""

    inputs: NDArray[np.float32]
    hazard: NDArray[np.int8]
    weight: NDArray[np.float32]


def boosted(
    parameters: dict[str, Any],
    learned: Learned,
    bins: lgb.Dataset,
    rounds: int,
    before: lgb.Booster | None,
    hosts: Hosts | None,
) -> lgb.Booster:
    """So many rounds more than `before`. `bins`: the same on every host."""
    own = learned if hosts is None else _enough(learned)
    data = lgb.Dataset(own.inputs, own.hazard, weight=own.weight, reference=bins, free_raw_data=False)
    if hosts is None:
        return lgb.train(parameters, data, rounds, init_model=before)
    machines = hosts.machines()  # other ports each time: the last ones are not free at once
    network = {  # not `pre_partition`: it is about files, and arrays are each host's own
        "tree_learner": "data",
        "num_machines": hosts.count,
        "machines": ",".join(machines),
        "local_listen_port": int(machines[hosts.rank].rpartition(":")[2]),
        "time_out": int(SILENCE.total_seconds() / 60),
    }
    with hosts.heard("LightGBM", lgb.basic.LightGBMError), watched(hosts):
        booster = lgb.train({**parameters, **network}, data, rounds, init_model=before)
    booster.free_network()
    return booster


def _enough(learned: Learned) -> Learned:
    """With some that count nothing, where there are few or none."""
    more = FEW - len(learned.inputs)
    if more <= 0:
        return learned
    return Learned(
        np.concatenate([learned.inputs, np.zeros((more, learned.inputs.shape[1]), np.float32)]),
        np.concatenate([learned.hazard, np.zeros(more, np.int8)]),
        np.concatenate([learned.weight, np.zeros(more, np.float32)]),
    )
