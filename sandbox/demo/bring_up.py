"""Deploys the application while raw data is generated."""

import shutil
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from sandbox import Sandbox
from sandbox.demo.domain import Demo
from sandbox.deployment import synthesize

WORKERS = 2


def bring_up(
    sandbox: Sandbox,
    demos: Sequence[Demo],
    own: Path | None,
    context: Mapping[str, str],
    build: Path,
    console: Console,
) -> tuple[dict[str, Path], dict[str, float]]:
    """Synthesize, bootstrap, deploy, and make the raw data of those who bring none of their `own`.

    Returns each domain's folder of raw data, and the seconds of each stage. Raises SandboxError.
    """
    seconds: dict[str, float] = {}
    columns = TextColumn("{task.description:<34}"), BarColumn(), TimeElapsedColumn()
    with Progress(*columns, console=console) as bars, ThreadPoolExecutor(WORKERS) as beside:

        def timed(stage: str, work: Callable[[], Any]) -> None:
            bar, start = bars.add_task(stage, total=None), time.monotonic()
            work()
            seconds[stage] = round(time.monotonic() - start, 1)
            bars.update(bar, total=1, completed=1)

        bootstrapped = beside.submit(timed, "bootstrapping", sandbox.bootstrap)
        made = {} if own is not None else {demo.name: beside.submit(_make, demo, build, bars) for demo in demos}
        timed("synthesizing", lambda: synthesize([demo.name for demo in demos], context, sandbox.assembly))
        bootstrapped.result()
        timed("deploying", sandbox.deploy)
        raw = {name: folder.result() for name, folder in made.items()}
    return raw if own is None else {demos[0].name: own}, seconds


def _make(demo: Demo, build: Path, bars: Progress) -> Path:
    folder = build / "raw" / demo.name
    shutil.rmtree(folder, ignore_errors=True)
    return demo.generate(folder, bars)
