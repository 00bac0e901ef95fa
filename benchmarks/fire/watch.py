"""Runs a stage as processes of its own, shows how far it is, and samples its time and memory."""

import json
import os
import subprocess
import threading
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from benchmarks.fire.lines import numbers_of
from benchmarks.fire.work import Work

EVERY_S = 0.25
TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Sample:
    """Of all processes of a stage together."""

    at_s: float
    """Since the stage began; a try that was killed counts, the time until the next one does not."""
    own_mb: float
    """Memory that no file stands behind, so that it cannot be given back."""
    resident_mb: float
    """With pages of files that are mapped."""
    cpu_s: float


@dataclass(frozen=True)
class Stage:
    name: str
    seconds: float
    cpu_s: float
    peak_mb: float
    resident_mb: float
    load: float
    """The machine's mean number of runnable processes, this stage's own among them."""
    tries: int
    found: dict[str, Any]


def run_stage(work: Work, name: str, command: Sequence[str], environment: dict[str, str]) -> Stage:
    """Run the command to its end, unless it was in an earlier run; raises SystemExit where it fails.

    Its lines that say `progress=0.5` move the bar; those with `found=` and JSON are its answer.
    """
    marker = work.folder("done") / f"{name}.json"
    if before := done_stages(work, (name,)):
        print(f"{name}: done before")
        return before[name]
    log, curve = work.folder("logs") / f"{name}.log", work.folder("logs") / f"{name}.memory.jsonl"
    earlier = samples_of(curve)
    offset, spent = (earlier[-1].at_s, earlier[-1].cpu_s) if earlier else (0.0, 0.0)
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env={**os.environ, **environment}
    )
    began = time.perf_counter()
    sampler = threading.Thread(target=_sample, args=(process, curve, began - offset, spent), daemon=True)
    sampler.start()
    bar = (TextColumn("{task.description:10}"), BarColumn(), TimeElapsedColumn(), TextColumn("{task.fields[told]}"))
    found: dict[str, Any] = {}
    with Progress(*bar) as bars, log.open("a", encoding="utf-8") as file:
        file.write(f"{offset:.2f} try\n")
        task = bars.add_task(name, total=1.0, told="")
        for line in process.stdout or ():
            if line.startswith("found="):
                found = json.loads(line.removeprefix("found="))
                continue
            file.write(f"{time.perf_counter() - began + offset:.2f} {line}")
            file.flush()
            share = numbers_of(line).get("progress")
            bars.update(task, told=line.strip()[:90], completed=share)
    status = process.wait()
    sampler.join()
    if status:
        raise SystemExit(f"{name} ended with status {status}; see {log}. Run again to go on.")
    samples = samples_of(curve)
    stage = Stage(
        name=name,
        seconds=round(time.perf_counter() - began + offset, 2),
        cpu_s=round(max(one.cpu_s for one in samples), 1),
        peak_mb=round(max(one.own_mb for one in samples)),
        resident_mb=round(max(one.resident_mb for one in samples)),
        load=round(os.getloadavg()[1], 1),
        tries=log.read_text(encoding="utf-8").count(" try\n"),
        found=found,
    )
    marker.with_suffix(".part").write_text(json.dumps(asdict(stage)), encoding="utf-8")
    marker.with_suffix(".part").replace(marker)
    print(f"{name}: {stage.seconds:.0f} s, at most {stage.peak_mb} MB")
    return stage


def done_stages(work: Work, names: Sequence[str]) -> dict[str, Stage]:
    """Those that have ended well, in this run or an earlier one."""
    markers = {name: work.folder("done") / f"{name}.json" for name in names}
    return {name: Stage(**json.loads(path.read_text())) for name, path in markers.items() if path.is_file()}


def samples_of(curve: Path) -> list[Sample]:
    if not curve.is_file():
        return []
    lines = curve.read_text().splitlines()
    return [Sample(*json.loads(line)) for line in lines if line.endswith("]")]


def _sample(process: subprocess.Popen[str], curve: Path, began: float, spent: float) -> None:
    with curve.open("a", encoding="utf-8") as file:
        while process.poll() is None:
            own = resident = cpu = 0.0
            for one in _family(process.pid):
                try:
                    held = _memory(one)
                    cpu += _cpu_s(one)
                except (OSError, IndexError):  # it has just ended
                    continue
                own += held["RssAnon"] + held["RssShmem"]
                resident += held["VmRSS"]
            if resident:
                row = [round(time.perf_counter() - began, 2), round(own), round(resident), round(cpu + spent, 2)]
                file.write(f"{json.dumps(row)}\n")
                file.flush()
            time.sleep(EVERY_S)


def _family(root: int) -> list[int]:
    found, waiting = [], [root]
    while waiting:
        one = waiting.pop()
        found.append(one)
        try:
            for task in Path(f"/proc/{one}/task").iterdir():
                waiting += map(int, (task / "children").read_text().split())
        except OSError:
            continue
    return found


def _memory(process: int) -> dict[str, float]:
    """Megabytes of 2^20 bytes."""
    names = ("VmRSS", "RssAnon", "RssShmem")
    found = dict.fromkeys(names, 0.0)
    for line in Path(f"/proc/{process}/status").read_text().splitlines():
        name, _, value = line.partition(":")
        if name in found:
            found[name] = int(value.split()[0]) / 1024
    return found


def _cpu_s(process: int) -> float:
    """Its own, and that of its children that have ended."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return sum(map(int, fields[11:15])) / TICKS
