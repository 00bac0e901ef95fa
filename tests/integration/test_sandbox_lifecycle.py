"""The embedded AWS as a process: where it listens, and that nothing it starts outlives it."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from sandbox import Sandbox, SandboxError
from tests.integration.conftest import TOY_URI
from tests.integration.waiting import eventually

linux_only = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")


@pytest.fixture
def busy(toy_assembly: Path, tmp_path: Path) -> Iterator[Sandbox]:
    """An embedded AWS of its own, with a training job that would run for ever."""
    with Sandbox(assembly=toy_assembly, state=tmp_path / "state") as sandbox:
        sandbox.client("s3").create_bucket(
            Bucket="own", CreateBucketConfiguration={"LocationConstraint": sandbox.settings.region}
        )
        sandbox.client("sagemaker").create_training_job(
            TrainingJobName="endless",
            RoleArn="arn:aws:iam::123456789012:role/training",
            HyperParameters={"epochs": "100000", "seconds": "1"},
            AlgorithmSpecification={"TrainingImage": TOY_URI, "TrainingInputMode": "File"},
            OutputDataConfig={"S3OutputPath": "s3://own/runs"},
            ResourceConfig={"InstanceType": "ml.m5.xlarge", "InstanceCount": 1, "VolumeSizeInGB": 10},
            StoppingCondition={"MaxRuntimeInSeconds": 600},
        )
        eventually(lambda: processes_of(sandbox, "SAGEMAKER_BASE_DIR"))
        yield sandbox


def processes_of(sandbox: Sandbox, variable: str) -> list[int]:
    """The processes in whose environment a variable mentions this sandbox's state folder."""
    wanted, found = f"{variable}={sandbox.state}".encode(), []
    for entry in Path("/proc").iterdir():
        try:
            if entry.name.isdigit() and wanted in (entry / "environ").read_bytes():
                found.append(int(entry.name))
        except OSError:
            continue
    return found


@linux_only
@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_a_training_job_ends_with_the_embedded_aws_however_that_ends(busy: Sandbox, number: signal.Signals) -> None:
    os.kill(busy.pid, number)

    eventually(lambda: not processes_of(busy, "SAGEMAKER_BASE_DIR"))


@linux_only
def test_only_loopback_is_listened_on(busy: Sandbox) -> None:
    owners = [busy.pid, *processes_of(busy, "SAGEMAKER_BASE_DIR"), *processes_of(busy, "TMPDIR")]
    sockets = {inode for pid in owners for inode in socket_inodes(pid)}

    listening = [line for line in listening_sockets() if line.split()[9] in sockets]

    assert listening, "the embedded AWS itself must be among them"
    # Little-endian hexadecimal: 127.0.0.1, or ::1.
    assert {line.split()[1].split(":")[0] for line in listening} <= {"0100007F", "00000000000000000000000001000000"}


def socket_inodes(pid: int) -> Iterator[str]:
    for descriptor in Path(f"/proc/{pid}/fd").iterdir():
        try:
            target = os.readlink(descriptor)
        except OSError:
            continue
        if target.startswith("socket:["):
            yield target[8:-1]


def listening_sockets() -> list[str]:
    tables = [Path(f"/proc/net/{name}").read_text().splitlines()[1:] for name in ("tcp", "tcp6")]
    return [line for table in tables for line in table if line.split()[3] == "0A"]


def test_it_ends_with_the_program_that_started_it(toy_assembly: Path, tmp_path: Path) -> None:
    program = (
        f"import os; from pathlib import Path; from sandbox import Sandbox; "
        f"s = Sandbox(assembly=Path({str(toy_assembly)!r}), state=Path({str(tmp_path / 's')!r})); s.start(); "
        "print(s.pid, flush=True); os.kill(os.getpid(), 9)"
    )

    started = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)

    pid = int(started.stdout)
    eventually(lambda: not is_running(pid))


def is_running(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().split()[2] != "Z"
    except OSError:
        return False


def test_a_port_that_is_taken_is_an_error_that_says_so(toy_assembly: Path, tmp_path: Path, sandbox: Sandbox) -> None:
    with pytest.raises(SandboxError, match=str(sandbox.settings.port)):
        Sandbox(assembly=toy_assembly, state=tmp_path, port=sandbox.settings.port).start()
