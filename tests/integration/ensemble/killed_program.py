"""Runs a training job that is killed again and again: python -m ... BASE SEED KILLS TRAININGS SECONDS

Every attempt is a fork of this process, so that libraries are imported once. TRAININGS is how many the job does, and
SECONDS what it takes undisturbed. Kills come at as many random numbers of finished trainings, some random part of a
training later; every third is by SIGTERM, the others by SIGKILL. Then the job is left alone.
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
LEFT = 2
"""So many trainings are before it at least when it is killed, so that it has not ended meanwhile."""


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


def main(base: Path, seed: int, kills: int, trainings: int, seconds: float) -> dict[str, Any]:
    luck = random.Random(seed)
    points = sorted(luck.sample(range(trainings - LEFT), kills))
    done: list[dict[str, Any]] = []
    for number, point in enumerate(points):
        process = start(base)
        status = wait(process, LONGEST_S, lambda point=point: len(finished(base)) >= point)
        if status is None:
            status = wait(process, luck.uniform(0, seconds / trainings))
        if status is not None:
            return {"kills": done, "status": status}
        how = signal.SIGTERM if number % 3 == 2 else signal.SIGKILL
        os.kill(process, how)
        ended = os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])
        done.append({"by": how.name, "at": point, "status": ended, "finished": finished(base)})
    return {"kills": done, "status": os.waitstatus_to_exitcode(os.waitpid(start(base), 0)[1])}


if __name__ == "__main__":
    numbers = (int(one) for one in sys.argv[2:5])
    print(json.dumps(main(Path(sys.argv[1]), *numbers, seconds=float(sys.argv[5]))))
