"""Child processes that never outlive the embedded AWS."""

import contextlib
import os
import random
import signal
import socket
import subprocess
import sys
import uuid
from pathlib import Path

from sandbox.aws.environment_variables import MARK, clean


class Guard:
    """Holds the guardian's pipe open; closing it, or dying, ends every process that carries the mark."""

    def __init__(self) -> None:
        self._mark = uuid.uuid4().hex
        self._guardian = subprocess.Popen(
            [sys.executable, str(Path(__file__).with_name("guardian.py")), MARK, self._mark],
            stdin=subprocess.PIPE,
            env=clean(os.environ),
            start_new_session=True,
        )
        # From here on every child inherits the mark; the guardian was started without it.
        os.environ[MARK] = self._mark

    def close(self) -> None:
        """End all children and wait until they are gone."""
        self._guardian.communicate(timeout=15)


PORTS = range(20_000, 32_000)
"""Below those that Linux and macOS hand out by themselves, to whoever connects or asks for port 0."""
TRIES = 100


def free_port() -> int:
    """A port of the loopback interface that nothing uses, and that nobody is given while a process starts up for it."""
    for port in random.SystemRandom().sample(PORTS, min(TRIES, len(PORTS))):
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port
    raise OSError(f"{TRIES} ports of {PORTS} are in use on 127.0.0.1: stop what listens there")


def kill_group(process: subprocess.Popen) -> None:
    """Kill a process that leads its own group, with everything it started in that group, and reap it."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
