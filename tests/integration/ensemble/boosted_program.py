"""One of two hosts that train the boosted members together, as a training program would; each has tables of its own."""

import os
import signal
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import lightgbm as lgb

from tests.unit.ensemble_toys import SETTINGS, SIGNALS
from training_containers.contract import Interrupted, OptMl
from training_containers.contract.program import run_program
from training_containers.ensemble.members import train_members
from training_containers.ensemble.models import lightgbm, xgboost
from training_containers.ensemble.models.member import Fit, Member, Source
from training_containers.ensemble.source import ShardSource
from training_containers.ensemble.store import read_shard, shard_elsewhere
from training_containers.torch_run.processes import Processes

BOOSTED = (xgboost.MEMBER, lightgbm.MEMBER)
OPTIONS = SETTINGS.model_copy(update={"folds": 2, "rounds": 30})
WHERE = {"site-1": 0, "site-2": 0, "site-3": 0, "site-4": 1, "site-5": 1}
"""The host that has a site's table."""
FALLING, CALM = ("site-1", "site-2", "site-3", "site-4"), ("site-1", "site-2", "site-3", "site-5")
"""Sites of a run. In the last of the first ones readings fall where it burns; in that of the others nothing burns."""

When = Callable[[str, str, float], None]
"""To be told the member, the training and its share."""


def source_of(rank: int | None, dataset: Path, sites: Sequence[str]) -> ShardSource:
    """What a host has; None: everything."""
    found = [read_shard(dataset / site / "shard") for site in sites]
    shards = [
        one if rank in (None, WHERE[one.group]) else shard_elsewhere(one.group, one.block, len(one), one.hazards)
        for one in found
    ]
    return ShardSource(shards, SIGNALS)


def watched(member: Member, when: When) -> Member:
    def train(source: Source, fit: Fit) -> None:
        def report(share: float, rows: int) -> None:
            fit.report(share, rows)
            when(member.name, fit.onnx.stem, share)

        member.train(source, replace(fit, report=report))

    return replace(member, train=train)


def train(opt_ml: OptMl) -> None:
    processes, lost = Processes.join(), os.environ["LOST"]

    def run(name: str, sites: Sequence[str], when: When, which: Sequence[Member] = BOOSTED) -> None:
        source = source_of(processes.rank, opt_ml.channel("dataset"), sites)
        train_members([watched(one, when) for one in which], source, OPTIONS, opt_ml.checkpoints / name, processes, {})

    if lost == "xgboost":  # once is enough
        run("undisturbed", FALLING, lambda *told: None)
        run("calm", CALM, lambda *told: None)
        for member in ("xgboost", "lightgbm"):
            try:
                run("stopped", FALLING, lambda *told, member=member: _stop(told, member))
            except Interrupted:
                continue
        run("stopped", FALLING, lambda *told: None)
    if processes.rank == 1 and lost == "lightgbm":  # which crashes after two minutes where a host never comes
        lgb.train = _end  # type: ignore[assignment]
    which = [member for member in BOOSTED if member.name == lost]
    run("lost", FALLING, lambda *told: _end() if processes.rank == 1 else None, which)


def _stop(told: tuple[str, str, float], member: str) -> None:
    if told[:2] == (member, "all") and told[2] > 0.4:
        raise Interrupted("told to stop (SIGTERM)")


def _end(*_: object, **__: object) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    sys.exit(run_program(train))
