"""Ports for processes that are started a moment later."""

import socket

import pytest

from sandbox.aws import processes
from sandbox.aws.processes import free_port


def test_a_port_that_something_listens_on_is_not_free(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        taken = listening.getsockname()[1]
        monkeypatch.setattr(processes, "PORTS", range(taken, taken + 1))
        with pytest.raises(OSError, match="in use on 127.0.0.1"):
            free_port()


def test_nobody_is_given_the_port_who_connects_meanwhile() -> None:
    """https://www.iana.org/assignments/service-names-port-numbers: 49152 and above; Linux begins at 32768."""
    assert 1024 <= free_port() < 32_768
