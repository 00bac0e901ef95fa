"""Ends everything the embedded AWS started, once the embedded AWS is gone, however it went.

Runs as a process of its own: `python guardian.py <variable> <mark>`. Its standard input is a pipe from the
embedded AWS, which the kernel closes when that process ends, even by `kill -9`. The guardian then kills every process
whose environment carries the mark, grandchildren in other process groups included.

PR_SET_PDEATHSIG is no substitute: it fires when the *thread* that started a child ends, and MiniStack starts its Lambda
workers from threads that live for one request (prctl(2), "the parent is considered to be the thread").
"""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path


def marked(variable: str, mark: str) -> list[int]:
    """The process ids whose environment holds `variable=mark`."""
    wanted = f"{variable}={mark}".encode()
    if Path("/proc/self/environ").exists():
        return [pid for pid in _process_ids() if wanted in _environment_of(pid).split(b"\0")]
    listing = subprocess.run(["ps", "-axEww", "-o", "pid=,command="], capture_output=True, check=False).stdout
    return [int(line.split(None, 1)[0]) for line in listing.splitlines() if wanted in line.split()]


def _process_ids() -> list[int]:
    return [int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit()]


def _environment_of(pid: int) -> bytes:
    """The environment that `pid` was started with; empty once it is gone or a zombie, or when it is another user's."""
    try:
        return Path(f"/proc/{pid}/environ").read_bytes()
    except OSError:
        return b""


def end_all(variable: str, mark: str, seconds: float = 10.0) -> None:
    """Kill what carries the mark until nothing does: a dying process may still start another."""
    deadline = time.monotonic() + seconds
    while (found := marked(variable, mark)) and time.monotonic() < deadline:
        for pid in found:
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                continue
        time.sleep(0.05)


def main() -> None:
    for signal_number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(signal_number, signal.SIG_IGN)
    sys.stdin.buffer.read()
    end_all(sys.argv[1], sys.argv[2])


if __name__ == "__main__":
    main()
