"""Whose fault a failed run is. SageMaker shows the first 1,024 characters of `output/failure` as the FailureReason.

https://docs.aws.amazon.com/sagemaker/latest/dg/your-algorithms-training-algo-output.html
"""

import sys
import traceback
from collections.abc import Callable
from pathlib import Path

MAX_REASON_CHARACTERS = 1024


class Fault(Exception):
    """A failure with a sentence for the person who started the run."""

    whose = "Our fault"
    exit_code = 1


class DataFault(Fault):
    """The dataset cannot be trained on as it is."""

    whose = "Data fault"
    exit_code = 3


class ConfigurationFault(Fault):
    """A hyperparameter, a channel or the instance does not fit the job."""

    whose = "Configuration fault"
    exit_code = 4


class InternalFault(Fault):
    """A mistake of this program."""


class Interrupted(Fault):
    """SIGTERM arrived: a spot interruption, a stop, or a time limit. A re-run continues from the checkpoint."""

    whose = "Interrupted"
    exit_code = 143  # 128 + SIGTERM, what a shell reports for a process that SIGTERM ended


def write_failure(path: Path, whose: str, sentence: str) -> None:
    """Write the reason, unless one is there already: the first failure is the cause, later ones are its echoes."""
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(f"{whose}: {sentence}"[:MAX_REASON_CHARACTERS])
    except FileExistsError:
        return


def run_to_exit_code(program: Callable[[], None], failure_file: Path) -> int:
    """Run a training program; return its exit status, and explain every failure in `failure_file`.

    `Interrupted` writes nothing: only the launcher knows whether it was told to stop or a peer process died.
    """
    try:
        program()
    except Interrupted as interruption:
        print(f"interrupted: {interruption}", file=sys.stderr, flush=True)
        return interruption.exit_code
    except Fault as fault:
        write_failure(failure_file, fault.whose, str(fault))
        print(f"{fault.whose}: {fault}", file=sys.stderr, flush=True)
        return fault.exit_code
    except MemoryError as error:
        sentence = f"the host's memory ran out ({error}). Choose a larger instanceType or a smaller batch size."
        write_failure(failure_file, ConfigurationFault.whose, sentence)
        return ConfigurationFault.exit_code
    except Exception as error:  # the last line of defence: whatever it is, the run ends with a reason
        traceback.print_exc()
        sentence = f"{type(error).__name__}: {error}. The log has the traceback."
        write_failure(failure_file, InternalFault.whose, sentence)
        return InternalFault.exit_code
    return 0
