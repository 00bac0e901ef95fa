"""Child processes that never outlive the embedded AWS."""

import contextlib
import os
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


def free_port() -> int:
    """A port of the loopback interface that nothing listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def kill_group(process: subprocess.Popen) -> None:
    """Kill a process that leads its own group, with everything it started in that group, and reap it."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
