"""SIGTERM is remembered, or interrupts at once; and a program ends with a status and a reason."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from training_containers.contract import DataFault, Interrupted, OptMl, StopRequest, run_program


@pytest.fixture(autouse=True)
def opt_ml(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[OptMl]:
    monkeypatch.setenv("SAGEMAKER_BASE_DIR", str(tmp_path))
    before = signal.getsignal(signal.SIGTERM)
    yield OptMl(tmp_path)
    signal.signal(signal.SIGTERM, before)


def test_sigterm_is_remembered_so_that_the_step_in_progress_is_kept() -> None:
    stop = StopRequest()
    os.kill(os.getpid(), signal.SIGTERM)
    assert stop.received


def test_sigterm_ends_a_program_that_keeps_what_it_has_done_at_all_times(opt_ml: OptMl) -> None:
    def program(_: OptMl) -> None:
        StopRequest(at_once=True)
        os.kill(os.getpid(), signal.SIGTERM)

    assert run_program(program) == Interrupted.exit_code
    assert not opt_ml.failure.exists()


def test_a_fault_leaves_its_reason_in_the_jobs_own_folder(opt_ml: OptMl) -> None:
    def program(given: OptMl) -> None:
        raise DataFault(f"nothing below {given.base.name}.")

    assert run_program(program) == DataFault.exit_code
    assert opt_ml.failure.read_text() == f"Data fault: nothing below {opt_ml.base.name}."
