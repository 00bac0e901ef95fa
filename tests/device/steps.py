"""The steps that a program takes in a folder of the disk, counted in a process of its own, which one of them may end.

Python's audit events tell of every file that is opened, renamed or removed, by whoever's code: CPython's table of
them, https://docs.python.org/3/library/audit_events.html. `os.fsync` has none and is wrapped.
"""

import errno
import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

CHANGES = frozenset({"os.rename", "os.mkdir", "os.symlink", "os.link", "os.truncate"})
REMOVES = frozenset({"os.remove", "os.rmdir"})
AtStep = Callable[[int, str, str], None]
"""Given the number of a step, its event and the path, before it happens."""


def end_at(step: int) -> AtStep:
    """The power fails."""

    def at(number: int, event: str, path: str) -> None:
        if number == step:
            os.kill(os.getpid(), signal.SIGKILL)

    return at


def full_from(step: int) -> AtStep:
    """From then on the disk takes nothing more; what is removed frees nothing."""

    def at(number: int, event: str, path: str) -> None:
        there_already = event == "os.mkdir" and os.path.exists(path)
        if number >= step and event not in REMOVES and event != "read" and not there_already:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    return at


def listed(folder: Path, program: Callable[[], int]) -> list[str]:
    """The path of every step of a program that nothing disturbs."""
    taken = folder.with_name("steps")

    def note(number: int, event: str, path: str) -> None:
        with taken.open("a") as file:
            file.write(f"{path}\n")

    taken.write_text("")
    assert run(folder, program, note) == 0
    return taken.read_text().splitlines()


def run(folder: Path, program: Callable[[], int], at_step: AtStep, synced: Path | None = None) -> int:
    """Run a program in a child process; its exit status, or -9. Inodes whose content was synced go to `synced`."""
    child = os.fork()
    if child == 0:
        status = 99
        try:
            with _log(synced) as log:
                _watch(str(folder), at_step, log)
                status = program()
        finally:
            os._exit(status)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def lose_unsynced(folder: Path, before: set[int], synced: Path) -> list[str]:
    """Cut the content of files that nobody had waited for, as a file system may after a power cut; their names."""
    safe = before | {int(line) for line in synced.read_text().split()}
    lost = [path for path in folder.rglob("*") if path.is_file() and path.stat().st_ino not in safe]
    for path in lost:
        os.truncate(path, path.stat().st_size // 2)
    return [path.name for path in lost]


def inodes(folder: Path) -> set[int]:
    return {path.stat().st_ino for path in folder.rglob("*")}


def _watch(folder: str, at_step: AtStep, log: int | None) -> None:
    taken = 0

    def step(path: object, event: str) -> None:
        nonlocal taken
        name = os.fsdecode(path)  # type: ignore[arg-type]
        if name.startswith(f"{folder}/") and name != f"{folder}/lock":
            taken += 1
            at_step(taken, event, name)

    def hook(event: str, args: tuple) -> None:
        if event == "open" and isinstance(args[0], str | bytes | os.PathLike):
            step(args[0], "open" if args[2] & (os.O_WRONLY | os.O_RDWR) else "read")
        elif event in CHANGES | REMOVES:
            step(args[0], event)

    def fsync(descriptor: int) -> None:
        step(os.readlink(f"/proc/self/fd/{descriptor}"), "fsync")
        really(descriptor)
        if log is not None:
            os.write(log, f"{os.fstat(descriptor).st_ino}\n".encode())

    really = os.fsync
    os.fsync = fsync
    sys.addaudithook(hook)


@contextmanager
def _log(path: Path | None) -> Iterator[int | None]:
    if path is None:
        yield None
        return
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_APPEND)
    try:
        yield descriptor
    finally:
        os.close(descriptor)
