"""Ends this process when another host has ended, while a library trains that would not notice.

LightGBM 4.7 reads from a connection that its other end has closed in an endless loop, and crashes where a host that it
looks for never comes (its `linkers.h` and `linkers_socket.cpp`).
"""

import os
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import torch
import torch.distributed as dist

from training_containers.contract import OptMl
from training_containers.contract.failure import write_failure
from training_containers.torch_run.hosts import Hosts

EVERY_S = 0.2
GRACE_S = 5.0
"""For the library to tell it itself."""


@contextmanager
def watched(hosts: Hosts) -> Iterator[None]:
    """All hosts do this together, and none of them talks by `hosts` meanwhile. It ends when all are at its end."""
    over, failed = threading.Event(), threading.Event()
    thread = threading.Thread(target=_watch, args=(hosts, over, failed), daemon=True)
    thread.start()
    try:
        yield
    except BaseException:
        failed.set()  # this process ends, and the others see that
        over.set()
        thread.join(GRACE_S)
        raise
    over.set()
    thread.join()


def _watch(hosts: Hosts, over: threading.Event, failed: threading.Event) -> None:
    finished = torch.zeros(1)
    while finished.item() < hosts.count and not failed.is_set():
        over.wait(EVERY_S)
        finished = torch.tensor([float(over.is_set())])
        try:
            dist.all_reduce(finished, group=hosts.group)
        except RuntimeError as error:
            if over.wait(GRACE_S):
                return
            fault = hosts.lost("torch", error)
            print(f"{fault.whose}: {fault}", file=sys.stderr, flush=True)
            write_failure(OptMl.from_environment().failure, fault.whose, str(fault))
            os._exit(fault.exit_code)  # the main thread is in the library's code
