"""The processes of one training run: one, or several that torchrun started."""

import io
import os
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import torch
import torch.distributed as dist

LONGEST_WAIT = timedelta(days=2)
"""The main process may train and package for hours while the others wait, which the default (10 minutes on GPUs) takes
for a hang: https://docs.pytorch.org/docs/stable/distributed.html. A host that dies ends its job."""


@dataclass(frozen=True)
class Processes:
    """This process among all of the run. With `count` 1 every method is local."""

    rank: int
    count: int
    device: torch.device
    rank_on_host: int = 0
    on_host: int = 1

    @classmethod
    def join(cls) -> "Processes":
        """Join the group that torchrun's variables describe, unless it is joined; without them, be alone."""
        count = int(os.environ.get("WORLD_SIZE", "1"))
        if torch.cuda.is_available():
            device = torch.device("cuda", int(os.environ.get("LOCAL_RANK", "0")))
            torch.cuda.set_device(device)
        else:
            device = torch.device("cpu")
        if count > 1 and not dist.is_initialized():
            dist.init_process_group("nccl" if device.type == "cuda" else "gloo", timeout=LONGEST_WAIT)
        return cls(
            rank=int(os.environ.get("RANK", "0")),
            count=count,
            device=device,
            rank_on_host=int(os.environ.get("LOCAL_RANK", "0")),
            on_host=int(os.environ.get("LOCAL_WORLD_SIZE", "1")),
        )

    @property
    def is_main(self) -> bool:
        """Whether this process validates, writes checkpoints, and packages."""
        return self.rank == 0

    def any(self, flag: bool) -> bool:
        """Whether the flag is set in any process: all must leave a step together, or the others would wait for ever."""
        if self.count == 1:
            return flag
        flags = torch.tensor([flag], dtype=torch.int32, device=self.device)
        dist.all_reduce(flags, op=dist.ReduceOp.MAX)
        return bool(flags.item())

    def from_main(self, values: list[float]) -> list[float]:
        """The main process's values, in every process."""
        if self.count == 1:
            return values
        shared = torch.tensor(values, dtype=torch.float64, device=self.device)
        dist.broadcast(shared, src=0)
        return shared.tolist()

    def state_from_main(self, state: dict[str, Any] | None) -> dict[str, Any] | None:
        """What the main process has read from its checkpoint, in every process: other hosts need not have the file."""
        if self.count == 1:
            return state
        file = io.BytesIO()
        torch.save(state, file)
        (size,) = self.from_main([float(file.tell())])
        content = torch.zeros(int(size), dtype=torch.uint8, device=self.device)
        if self.is_main:
            content.copy_(torch.frombuffer(file.getbuffer(), dtype=torch.uint8))
        dist.broadcast(content, src=0)
        found: dict[str, Any] | None = torch.load(
            io.BytesIO(content.cpu().numpy().tobytes()), map_location="cpu", weights_only=True
        )
        return found

    def gathered(self, value: Any) -> list[Any]:
        """Every process's value, in order of rank, in every process; small ones, for they are pickled."""
        found: list[Any] = [value] * self.count
        if self.count > 1:
            dist.all_gather_object(found, value)
        return found

    def wait(self) -> None:
        """Until every process is here."""
        self.any(False)

    def leave(self) -> None:
        if self.count > 1:
            dist.destroy_process_group()
