"""The frame of a training program: where its job lies, how it ends, and what SIGTERM does to it.

SageMaker sends SIGTERM at a stop, a spot interruption and a time limit, and SIGKILL 120 seconds later.
https://docs.aws.amazon.com/sagemaker/latest/dg/your-algorithms-training-algo-running-container.html
"""

import signal
from collections.abc import Callable

from training_containers.contract.failure import Interrupted, run_to_exit_code
from training_containers.contract.opt_ml import OptMl


class StopRequest:
    """Takes SIGTERM from here on: remembers it, so that the step in progress is finished and kept, or interrupts."""

    def __init__(self, *, at_once: bool = False) -> None:
        """`at_once`: raise `Interrupted` wherever the program is, as it keeps what it has done at all times."""
        self.received = False
        self._at_once = at_once
        signal.signal(signal.SIGTERM, self._receive)

    def _receive(self, _number: int, _frame: object) -> None:
        self.received = True
        if self._at_once:
            raise Interrupted("told to stop (SIGTERM); what was done so far is in the checkpoint.")


def run_program(program: Callable[[OptMl], None]) -> int:
    """Run a container's program on the job in the SageMaker layout; the exit status of its process."""
    opt_ml = OptMl.from_environment()
    return run_to_exit_code(lambda: program(opt_ml), opt_ml.failure)
