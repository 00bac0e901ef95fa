"""Waits for what happens by itself, however busy the machine is."""

import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")
PATIENCE_S = 120
"""For what takes a second or two on a machine that is not busy."""
POLL_S = 0.05


def eventually(look: Callable[[], T], what: str = "") -> T:
    """What `look` sees as soon as that is anything."""
    deadline = time.monotonic() + PATIENCE_S
    while not (seen := look()):
        assert time.monotonic() < deadline, f"{what or look} did not happen within {PATIENCE_S} s"
        time.sleep(POLL_S)
    return seen
