"""How a program is started, and what is said when it dies without a word."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from training_containers.contract import ConfigurationFault, InternalFault, OptMl, ResourceConfig
from training_containers.contract.launcher import PROCESSES_VARIABLE, explain, plan_command, processes_per_host, threads

LAUNCH = "import sys; from training_containers.contract import *; sys.exit(launch('program', OptMl.from_environment()))"


def start(tmp_path: Path, program: str) -> subprocess.Popen[bytes]:
    (tmp_path / "program.py").write_text(program)
    path = os.pathsep.join([str(tmp_path), os.getcwd()])
    environment = {**os.environ, "PYTHONPATH": path, "SAGEMAKER_BASE_DIR": str(tmp_path), PROCESSES_VARIABLE: "1"}
    return subprocess.Popen([sys.executable, "-c", LAUNCH], env=environment)


def test_one_host_and_process_is_plain_python() -> None:
    assert plan_command("program", ResourceConfig(), processes=1) == [sys.executable, "-m", "program"]


def test_processes_of_one_host_share_its_cores() -> None:
    assert threads(processes=1, cores=8) == {}  # a library's own default: all of them
    assert threads(processes=4, cores=32) == {"OMP_NUM_THREADS": "8"}
    assert threads(processes=4, cores=2) == {"OMP_NUM_THREADS": "1"}


def test_several_processes_of_one_host_find_each_other_by_themselves() -> None:
    command = plan_command("program", ResourceConfig(), processes=4)
    assert command[1:] == [
        "-m",
        "torch.distributed.run",
        "--nproc_per_node=4",
        "--standalone",
        "-m",
        "program",
    ]


def test_several_hosts_meet_at_the_first() -> None:
    resources = ResourceConfig(current_host="algo-2", hosts=("algo-1", "algo-2"))
    command = plan_command("program", resources, processes=8)
    assert {"--nnodes=2", "--node_rank=1", "--master_addr=algo-1", "--nproc_per_node=8"} <= set(command)


@pytest.mark.parametrize("value", ["0", "two", "-1", ""])
def test_a_senseless_number_of_processes_is_refused(value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(PROCESSES_VARIABLE, value)
    with pytest.raises(ConfigurationFault, match="whole number from 1"):
        processes_per_host()


def test_a_kill_is_explained_as_memory_and_a_crash_as_ours() -> None:
    assert isinstance(explain(-signal.SIGKILL), ConfigurationFault)
    assert "SIGSEGV" in str(explain(-signal.SIGSEGV))
    assert isinstance(explain(17), InternalFault)


def test_a_program_killed_by_the_kernel_leaves_a_reason(tmp_path: Path) -> None:
    launcher = start(tmp_path, "import os, signal; os.kill(os.getpid(), signal.SIGKILL)")
    assert launcher.wait(30) == 128 + signal.SIGKILL
    assert "was killed (SIGKILL)" in OptMl(tmp_path).failure.read_text()


def test_the_reason_of_the_program_itself_is_kept_and_an_old_one_is_not(tmp_path: Path) -> None:
    failure = OptMl(tmp_path).failure
    failure.parent.mkdir()
    failure.write_text("Data fault: of an earlier attempt.")
    program = f"import sys; open({str(failure)!r}, 'x').write('Data fault: no cats.'); sys.exit(3)"
    assert start(tmp_path, program).wait(30) == 3
    assert failure.read_text() == "Data fault: no cats."


def test_sigterm_reaches_the_program_and_is_reported_as_a_stop(tmp_path: Path) -> None:
    ready = tmp_path / "ready"
    launcher = start(
        tmp_path,
        "import signal, sys, time, pathlib\n"
        "signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))\n"
        f"pathlib.Path({str(ready)!r}).touch()\n"
        "time.sleep(60)",
    )
    deadline = time.monotonic() + 30
    while not ready.exists():
        assert time.monotonic() < deadline
        time.sleep(0.02)
    launcher.send_signal(signal.SIGTERM)
    assert launcher.wait(30) == 143
    assert OptMl(tmp_path).failure.read_text().startswith("Interrupted: the job was told to stop")
