"""Every failed training program leaves a sentence that says whose fault it was."""

from pathlib import Path

import pytest

from training_containers.contract import (
    ConfigurationFault,
    DataFault,
    Fault,
    InternalFault,
    Interrupted,
    run_to_exit_code,
)
from training_containers.contract.failure import MAX_REASON_CHARACTERS, write_failure


def raising(error: BaseException):
    def program() -> None:
        raise error

    return program


@pytest.mark.parametrize(
    ("fault", "status", "reason"),
    [
        (DataFault("no pictures."), 3, "Data fault: no pictures."),
        (ConfigurationFault("epochs is 0."), 4, "Configuration fault: epochs is 0."),
        (InternalFault("a mistake."), 1, "Our fault: a mistake."),
        (KeyError("x"), 1, "Our fault: KeyError: 'x'. The log has the traceback."),
    ],
)
def test_a_fault_decides_the_status_and_the_reason(fault: Fault, status: int, reason: str, tmp_path: Path) -> None:
    failure = tmp_path / "output" / "failure"
    assert run_to_exit_code(raising(fault), failure) == status
    assert failure.read_text() == reason


def test_memory_that_ran_out_is_a_configuration_fault(tmp_path: Path) -> None:
    assert run_to_exit_code(raising(MemoryError("8 GB")), tmp_path / "failure") == ConfigurationFault.exit_code
    assert "larger instanceType" in (tmp_path / "failure").read_text()


def test_an_interruption_writes_no_reason_of_its_own(tmp_path: Path) -> None:
    assert run_to_exit_code(raising(Interrupted("SIGTERM")), tmp_path / "failure") == 143
    assert not (tmp_path / "failure").exists()


def test_success_leaves_no_failure_file(tmp_path: Path) -> None:
    assert run_to_exit_code(lambda: None, tmp_path / "failure") == 0
    assert not (tmp_path / "failure").exists()


def test_the_first_reason_stays_and_is_cut_to_what_sagemaker_shows(tmp_path: Path) -> None:
    write_failure(tmp_path / "failure", "Data fault", "x" * 5000)
    write_failure(tmp_path / "failure", "Our fault", "an echo")
    assert (tmp_path / "failure").read_text() == ("Data fault: " + "x" * 5000)[:MAX_REASON_CHARACTERS]
