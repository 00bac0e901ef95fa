"""Two hosts with tables of their own train the boosted members as one process with all tables does.

The second host alone has the site whose readings fall where it burns, and nothing of the fold that holds it out.
"""

import os
import re
import signal
import socket
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from sklearn.metrics import average_precision_score

from tests.integration.ensemble.boosted_program import BOOSTED, CALM, FALLING, OPTIONS, WHERE, source_of
from tests.unit.ensemble_toys import SIGNALS, toy_source
from training_containers.ensemble.folds import folds_of
from training_containers.ensemble.models.member import Batch, Fit, Member
from training_containers.ensemble.scoring import OnnxMember
from training_containers.ensemble.source import ShardSource

NAMES = [member.name for member in BOOSTED]
RUNS_S, LONGEST_S = 300, 60
"""All that they do, and from the second host's end to the first one's. Told at once, or after `SILENCE`, two hours."""


def start(base: Path, lost: str) -> list[tuple[int, str]]:
    """Exit status and log of either host; `lost`: the member during which the second one is killed at last."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        port = held.getsockname()[1]
    variables = {"WORLD_SIZE": "2", "LOCAL_RANK": "0", "LOCAL_WORLD_SIZE": "1", "MASTER_ADDR": "127.0.0.1"}
    variables |= {"MASTER_PORT": str(port), "OMP_NUM_THREADS": "1", "LOST": lost}
    hosts = []
    for rank in range(2):
        data = base / str(rank) / "input" / "data"
        data.mkdir(parents=True)
        (data / "dataset").symlink_to(base / "dataset")
        own = {"RANK": str(rank), "SAGEMAKER_BASE_DIR": str(base / str(rank))}
        command = [sys.executable, "-W", "ignore", "-m", "tests.integration.ensemble.boosted_program"]
        environment = {**os.environ, **variables, **own}
        log = (base / f"{rank}.log").open("w")
        hosts.append(subprocess.Popen(command, env=environment, stdout=log, stderr=subprocess.STDOUT))
    main, second = hosts
    try:
        second.wait(RUNS_S)
        main.wait(LONGEST_S)
        return [(one.returncode, (base / f"{rank}.log").read_text()) for rank, one in enumerate(hosts)]
    finally:
        for one in hosts:
            one.kill()


@pytest.fixture(scope="module")
def base(tmp_path_factory) -> Path:
    base = tmp_path_factory.mktemp("hosts")
    toy_source(base / "dataset", (1, 2, 3))
    toy_source(base / "dataset", (4,), sign=-1)
    toy_source(base / "dataset", (5,), kinds=("heat", "smoke", "calm"))
    return base


@pytest.fixture(scope="module")
def ended(base) -> list[tuple[int, str]]:
    return start(base, "xgboost")


@pytest.fixture(scope="module")
def unseen(tmp_path_factory) -> Batch:
    """Of a site whose readings fall where it burns."""
    return toy_source(tmp_path_factory.mktemp("unseen"), (8,), sign=-1).sample("features", 1500, seed=1)


def together(base: Path, run: str, name: str, member: Member, inputs: np.ndarray) -> np.ndarray:
    path = base / "0" / "checkpoints" / run / "members" / member.name / f"{name}.onnx"
    return OnnxMember(path, "features").scores(inputs)


def in_one_process(source: ShardSource, member: Member, folder: Path, inputs: np.ndarray) -> np.ndarray:
    folder.mkdir()
    path = folder / "model.onnx"
    member.train(source, Fit(SIGNALS, OPTIONS, OPTIONS.seed, folder, path, lambda share, rows: None))
    return OnnxMember(path, "features").scores(inputs)


@pytest.mark.parametrize("member", BOOSTED, ids=NAMES)
def test_hosts_learn_from_each_other_s_tables(member, base, ended, unseen, tmp_path) -> None:
    assert ended[1][0] == -signal.SIGKILL, ended[1][1]
    whole = source_of(None, base / "dataset", FALLING)
    share = source_of(None, base / "dataset", [site for site in FALLING if WHERE[site] == 0])

    both = together(base, "undisturbed", "all", member, unseen.inputs)
    one = in_one_process(whole, member, tmp_path / "one", unseen.inputs)
    alone = in_one_process(share, member, tmp_path / "alone", unseen.inputs)

    found = [average_precision_score(unseen.hazard, scores) for scores in (both, one, alone)]
    print(
        f"average precision: two hosts {found[0]:.3f}, one process {found[1]:.3f}, the main host's share {found[2]:.3f}"
    )
    print(f"mean difference from one process: {np.abs(both - one).mean():.4f}, {np.abs(alone - one).mean():.4f}")
    assert found[0] == pytest.approx(found[1], abs=0.02)
    assert found[2] < 0.5
    assert np.abs(both - one).mean() < 0.02  # another seed's differ by 0.01


@pytest.mark.parametrize("member", BOOSTED, ids=NAMES)
def test_a_host_that_has_nothing_of_a_fold_changes_nothing(member, base, ended, unseen, tmp_path) -> None:
    (fold,) = [
        fold
        for fold in folds_of(source_of(None, base / "dataset", FALLING), 2)
        if all(WHERE[shard.group] == 0 for shard in fold.rest.shards)
    ]

    both = together(base, "undisturbed", f"fold-{fold.number}", member, unseen.inputs)

    assert both == pytest.approx(in_one_process(fold.rest, member, tmp_path / "one", unseen.inputs), abs=1e-6)


@pytest.mark.parametrize("member", BOOSTED, ids=NAMES)
def test_a_host_without_a_hazard_trains_along(member, base, ended, tmp_path_factory, tmp_path) -> None:
    unseen = toy_source(tmp_path_factory.mktemp("rising"), (7,)).sample("features", 1500, seed=1)
    whole = source_of(None, base / "dataset", CALM)
    assert not whole.shards[3].hazards

    both = together(base, "calm", "all", member, unseen.inputs)
    one = in_one_process(whole, member, tmp_path / "one", unseen.inputs)

    assert average_precision_score(unseen.hazard, both) > 0.8
    assert np.abs(both - one).mean() < 0.02


@pytest.mark.parametrize("member", BOOSTED, ids=NAMES)
def test_hosts_that_were_stopped_go_on_from_the_main_one_s_checkpoint(member, base, ended, unseen) -> None:
    log = ended[0][1]

    for name in ("fold-0", "fold-1", "all"):
        resumed = together(base, "stopped", name, member, unseen.inputs)
        assert np.array_equal(resumed, together(base, "undisturbed", name, member, unseen.inputs)), name

    # In the run that was stopped as often as in the one that was not, and in that with a calm host.
    assert len(re.findall(rf"{member.name} +fold-1 +100%", log)) == 3


def test_only_the_main_host_writes(base, ended) -> None:
    written = [path for path in (base / "1" / "checkpoints").rglob("*") if path.is_file()]

    assert {path.suffix for path in written} <= {".page"}, "what XGBoost keeps while it trains, and nothing else"


def test_a_host_that_is_lost_ends_the_others_with_its_reason(base, ended, tmp_path) -> None:
    (tmp_path / "dataset").symlink_to(base / "dataset")
    runs = {"XGBoost": (base, ended), "torch": (tmp_path, start(tmp_path, "lightgbm"))}

    for says, (folder, ((status, log), (killed, _))) in runs.items():
        assert (status, killed) == (1, -signal.SIGKILL), log
        reason = (folder / "0" / "output" / "failure").read_text()
        assert "host 1 of 2 can no longer train with the others, one of which has most likely ended" in reason
        assert f"{says} says: " in reason
