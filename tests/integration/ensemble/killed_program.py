"""Runs a training job that is killed again and again: python -m ... BASE SEED KILLS SECONDS

Every attempt is a fork of this process, so that libraries are imported once. SECONDS is what the job takes undisturbed:
it is killed at as many random points of that time, every third time by SIGTERM, else by SIGKILL, and then left alone.
Prints one JSON line: the kills, what was finished at each, and the last attempt's status.
"""

import json
import os
import random
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from training_containers.contract.program import run_program
from training_containers.ensemble.train import train

POLL_S = 0.01
LONGEST_S = 600
AT_MEMBERS = "members: "
"""A line that an attempt logs when it has its features and goes on with its members."""


def start(base: Path) -> int:
    """The process id of an attempt, which logs to `log.txt`."""
    sys.stdout.flush()
    process = os.fork()
    if process:
        return process
    os.environ["SAGEMAKER_BASE_DIR"] = str(base)
    log = os.open(base / "log.txt", os.O_CREAT | os.O_APPEND | os.O_WRONLY)
    os.dup2(log, 1)
    os.dup2(log, 2)
    status = run_program(train)
    sys.stdout.flush()
    os._exit(status)


def logged(base: Path) -> int:
    """How many attempts came as far as their members."""
    log = base / "log.txt"
    return log.read_text().count(AT_MEMBERS) if log.is_file() else 0


def wait(process: int, seconds: float, over: Callable[[], bool] = lambda: False) -> int | None:
    """The status of an attempt that ends by itself within so many seconds, and before the wait is over."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline and not over():
        ended, status = os.waitpid(process, os.WNOHANG)
        if ended:
            return os.waitstatus_to_exitcode(status)
        time.sleep(POLL_S)
    return None


def finished(base: Path) -> dict[str, int]:
    """Trainings that are done, with the time at which each was."""
    return {str(path.relative_to(base)): path.stat().st_mtime_ns for path in base.glob("checkpoints/members/*/*.onnx")}


def main(base: Path, seed: int, kills: int, seconds: float) -> dict[str, Any]:
    luck = random.Random(seed)
    points = sorted(luck.uniform(0, seconds) for _ in range(kills))
    done: list[dict[str, Any]] = []
    for number, (point, before) in enumerate(zip(points, [0.0, *points], strict=False)):
        came = logged(base)
        process = start(base)
        # From where the one before was killed: at its members, if any came there.
        status = wait(process, LONGEST_S, lambda came=came: came == 0 or logged(base) > came)
        if status is None:
            status = wait(process, point - before)
        if status is not None:
            return {"kills": done, "status": status}
        how = signal.SIGTERM if number % 3 == 2 else signal.SIGKILL
        os.kill(process, how)
        ended = os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])
        done.append({"by": how.name, "after_s": round(point, 2), "status": ended, "finished": finished(base)})
    return {"kills": done, "status": os.waitstatus_to_exitcode(os.waitpid(start(base), 0)[1])}


if __name__ == "__main__":
    print(json.dumps(main(Path(sys.argv[1]), *(int(one) for one in sys.argv[2:4]), float(sys.argv[4]))))
