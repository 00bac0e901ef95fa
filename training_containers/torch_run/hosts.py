"""The hosts of a run, by one process of each: to train together what is no network, by its library's own means.

XGBoost and LightGBM talk to each other directly; here they get addresses, and agree on what must be the same for all.
"""

import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import torch.distributed as dist

from training_containers.contract import InternalFault
from training_containers.torch_run.processes import Processes

SILENCE = timedelta(hours=2)
"""Longest wait for another host, which may have more to read. One that ends closes its connections: that is told at
once."""
QUOTED = 400
"""Characters of a library's error."""


@dataclass(frozen=True)
class Hosts:
    """Rank 0 is the run's main process."""

    rank: int
    count: int
    addresses: tuple[str, ...] = ()
    """IPv4, by rank, as the other hosts reach them."""
    group: dist.ProcessGroup | None = None

    @classmethod
    def meet(cls, processes: Processes) -> "Hosts | None":
        """All processes of a run on several hosts ask together; None in all but the first one of each host."""
        first = list(range(0, processes.count, processes.on_host))
        group = dist.new_group(first, SILENCE, "gloo")
        if processes.rank_on_host != 0:
            return None
        unknown = cls(processes.rank // processes.on_host, len(first), (), group)
        main = socket.gethostbyname(os.environ["MASTER_ADDR"])
        told = unknown.gathered((_own_address(main), main))
        # What the main host's name means may differ on itself: a loopback address.
        return cls(unknown.rank, unknown.count, (told[-1][1], *(own for own, _ in told[1:])), group)

    @property
    def is_main(self) -> bool:
        return self.rank == 0

    def gathered(self, value: Any) -> list[Any]:
        """Every host's value, by rank; they are pickled."""
        found: list[Any] = [None] * self.count
        with self.heard("torch", RuntimeError):
            dist.all_gather_object(found, value, self.group)
        return found

    def from_main(self, value: Any) -> Any:
        return self.gathered(value if self.is_main else None)[0]

    def machines(self) -> list[str]:
        """`address:port` by rank, of ports that are free now."""
        with socket.socket() as held:  # until every host on the same machine has another one
            held.bind(("", 0))
            ports = self.gathered(held.getsockname()[1])
        return [f"{address}:{port}" for address, port in zip(self.addresses, ports, strict=True)]

    @contextmanager
    def heard(self, library: str, *errors: type[Exception]) -> Iterator[None]:
        """Raises InternalFault: one of the errors, by which the library says that it has lost another host."""
        try:
            yield
        except errors as error:
            raise self.lost(library, error) from error

    def lost(self, library: str, error: Exception) -> InternalFault:
        lines = str(error).split("Stack trace")[0].splitlines()
        said = "; ".join(line.strip(" -") for line in lines if line.strip())[:QUOTED]
        return InternalFault(
            f"host {self.rank + 1} of {self.count} can no longer train with the others, one of which has most likely "
            f"ended: its log says why. A re-run continues from the last checkpoint. {library} says: {said}"
        )


def _own_address(main: str) -> str:
    """This host's, on its way to the main one; nothing is sent."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as towards:
        towards.connect((main, 9))
        address: str = towards.getsockname()[0]
    return address
