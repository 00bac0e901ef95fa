"""Starts a training program as one process, or as one process a GPU and host through torchrun.

The program runs in a child so that a reason is written even when the kernel kills it.
https://docs.pytorch.org/docs/stable/elastic/run.html
"""

import os
import signal
import subprocess
import sys
from pathlib import Path

from training_containers.contract.failure import ConfigurationFault, Fault, InternalFault, Interrupted, write_failure
from training_containers.contract.opt_ml import OptMl, ResourceConfig

PROCESSES_VARIABLE = "VIGIL_PROCESSES_PER_HOST"
RENDEZVOUS_PORT = 29500


def launch(module: str, opt_ml: OptMl) -> int:
    """Run `python -m module` to its end on this host; return the exit status.

    Forwards SIGTERM and SIGINT, and leaves a reason in `output/failure` for every status but 0.
    """
    opt_ml.failure.unlink(missing_ok=True)
    try:
        processes = processes_per_host()
        command = plan_command(module, opt_ml.resource_config, processes)
    except Fault as fault:
        write_failure(opt_ml.failure, fault.whose, str(fault))
        return fault.exit_code
    child: subprocess.Popen[bytes] | None = None
    stopped = False

    def forward(_number: int, _frame: object) -> None:
        nonlocal stopped
        stopped = True
        if child is not None:
            child.send_signal(signal.SIGTERM)

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, forward)
    child = subprocess.Popen(command, env={**threads(processes, os.cpu_count() or 1), **os.environ})
    if stopped:  # it arrived while the child was being started
        child.send_signal(signal.SIGTERM)
    status = child.wait()
    if status == 0:
        return 0
    if stopped:
        sentence = "the job was told to stop (SIGTERM). A re-run continues from the last checkpoint."
        write_failure(opt_ml.failure, Interrupted.whose, sentence)
        return Interrupted.exit_code
    cause = explain(status)
    write_failure(opt_ml.failure, cause.whose, str(cause))
    return status if status > 0 else 128 - status


def plan_command(module: str, resources: ResourceConfig, processes: int) -> list[str]:
    """The command of this host: plain Python for one process in all, torchrun otherwise."""
    if len(resources.hosts) == 1 and processes == 1:
        return [sys.executable, "-m", module]
    torchrun = [sys.executable, "-m", "torch.distributed.run", f"--nproc_per_node={processes}"]
    if len(resources.hosts) == 1:
        return [*torchrun, "--standalone", "-m", module]
    where = [f"--master_addr={resources.main_host}", f"--master_port={RENDEZVOUS_PORT}"]
    return [*torchrun, f"--nnodes={len(resources.hosts)}", f"--node_rank={resources.rank}", *where, "-m", module]


def processes_per_host() -> int:
    """One a GPU, at least one; `VIGIL_PROCESSES_PER_HOST` overrides it (DDP on CPUs).

    Raises:
        ConfigurationFault: the variable is no whole number from 1.
    """
    override = os.environ.get(PROCESSES_VARIABLE)
    if override is None:
        return max(1, len(list(Path("/dev").glob("nvidia[0-9]*"))))
    if not override.isdecimal() or int(override) < 1:
        raise ConfigurationFault(f"{PROCESSES_VARIABLE} is {override!r}; it must be a whole number from 1.")
    return int(override)


def threads(processes: int, cores: int) -> dict[str, str]:
    """The variable that shares a host's cores among its processes. torchrun would give each of several one thread, and
    the main one trains what has no use for a GPU."""
    return {} if processes == 1 else {"OMP_NUM_THREADS": str(max(1, cores // processes))}


def explain(status: int) -> Fault:
    """The fault behind a child's status that left no reason of its own (negative: the signal that ended it)."""
    if status in (-signal.SIGKILL, 128 + signal.SIGKILL):
        return ConfigurationFault(
            "the training process was killed (SIGKILL), most likely because the host's memory ran out. "
            "Choose a larger instanceType or a smaller batch size; a re-run continues from the last checkpoint."
        )
    if status < 0:
        return InternalFault(f"the training process was ended by {signal.Signals(-status).name}; see the log.")
    return InternalFault(f"the training process ended with status {status} and gave no reason; see the log.")
