"""A training job that is killed at random points ends as one that was left alone.

`VIGIL_KILLS=20 pytest -s tests/integration/ensemble/test_killed.py` kills it at more points than the suite does.
"""

import json
import os
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest

KILLS, SEED = int(os.environ.get("VIGIL_KILLS", "6")), int(os.environ.get("VIGIL_KILLS_SEED", "11"))
ROOT = Path(__file__).parents[3]


class Killed(NamedTuple):
    base: Path
    kills: list[dict[str, Any]]
    status: int


def trainings(base: Path) -> int:
    return len(list((base / "checkpoints").glob("members/*/*.onnx")))


@pytest.fixture(scope="module")
def killed(trained: Path, lay_out: Callable[..., Path], tmp_path_factory: pytest.TempPathFactory) -> Killed:
    base = lay_out(tmp_path_factory.mktemp("killed"))
    (seconds,) = re.findall(r"\bseconds=([\d.]+)", (trained / "log.txt").read_text())
    command = [sys.executable, "-W", "ignore", "-m", "tests.integration.ensemble.killed_program", str(base)]
    variables = {**os.environ, "MLFLOW_TRACKING_URI": "off", "OMP_NUM_THREADS": "1"}
    ran = subprocess.run(
        [*command, str(SEED), str(KILLS), str(trainings(trained)), seconds],
        cwd=ROOT,
        env=variables,
        capture_output=True,
        text=True,
        timeout=900,
    )
    assert ran.returncode == 0, ran.stderr
    told = json.loads(ran.stdout.splitlines()[-1])
    by = Counter(kill["by"] for kill in told["kills"])
    at = ", ".join(str(len(kill["finished"])) for kill in told["kills"])
    told_by = f"killed {dict(by)} when of {trainings(trained)} trainings were done: {at}"
    print(f"\nundisturbed {float(seconds):.1f} s; {told_by}")
    return Killed(base, told["kills"], told["status"])


def test_it_was_killed_at_each_point(killed: Killed) -> None:
    done = [len(kill["finished"]) for kill in killed.kills]

    assert len(done) == KILLS
    assert all(found >= kill["at"] for found, kill in zip(done, killed.kills, strict=True))
    # 143: it took SIGTERM, and said so; -15: it did not listen yet.
    assert {kill["status"] for kill in killed.kills} <= {-9, -15, 143}


def test_it_ends_with_the_same_answers(killed: Killed, trained: Path) -> None:
    assert killed.status == 0, (killed.base / "log.txt").read_text()[-3000:]
    ours, whole = (
        json.loads((folder / "model" / "evaluation.json").read_text())["metrics"] for folder in (killed.base, trained)
    )
    assert set(ours) == set(whole)
    for name in whole:
        if not name.endswith("_ms"):
            assert ours[name] == pytest.approx(whole[name], rel=1e-3, abs=1e-4), name


def test_what_was_finished_is_not_trained_again(killed: Killed) -> None:
    for kill in killed.kills:
        for path, at in kill["finished"].items():
            assert (killed.base / path).stat().st_mtime_ns == at, path
