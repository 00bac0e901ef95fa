"""What every task's predictor offers the server, and how a package's is opened."""

from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any, Protocol

from inference.contracts import PackageManifest
from inference.contracts.tasks import TASKS, task_of
from inference.errors import PackageError


class Predictor(Protocol):
    """A loaded model. `predict` is called from several threads at once."""

    def predict(self, body: bytes, content_type: str) -> dict[str, Any]:
        """Answer one request with what becomes the JSON body.

        Raises:
            BadRequest: the body cannot be answered.
        """
        ...


def open_predictor(directory: Path, manifest: PackageManifest) -> Predictor:
    """Load the model of an unpacked package. A manifest names a task of the registry and never a module to import.

    Raises:
        PackageError: this serving image knows no such task.
    """
    if manifest.task not in TASKS:
        known = ", ".join(sorted(TASKS))
        raise PackageError(f"manifest.json names the task '{manifest.task}'; this image serves {known}.")
    load: Callable[[Path, PackageManifest], Predictor] = import_module(task_of(manifest.task).predictor).load
    return load(directory, manifest)
