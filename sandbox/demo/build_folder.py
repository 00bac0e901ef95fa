"""The folder that a demo works in: `build/demo`, or the next one where another demo is still at work there."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

ROOT = Path("build")


@contextmanager
def build_folder(root: Path = ROOT) -> Iterator[Path]:
    """`demo`, `demo-2`, `demo-3`, ... below `root`, for one process at a time; the lock goes with the process."""
    root.mkdir(parents=True, exist_ok=True)
    for number in count(1):
        folder = root / ("demo" if number == 1 else f"demo-{number}")
        with folder.with_name(f".{folder.name}.lock").open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                continue
            yield folder
            return
