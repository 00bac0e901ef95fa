"""What every task's module offers the server, and which module serves which task."""

from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any, Protocol

from inference.contracts import PackageManifest
from inference.errors import PackageError

# A fixed table: a manifest names a task and never a module to import.
TASK_MODULES = {
    "image_classification": "inference.image_classification.predictor",
    "tabular": "inference.tabular.predictor",
}


class Predictor(Protocol):
    """A loaded model. `predict` is called from several threads at once."""

    content_types: frozenset[str]

    def predict(self, body: bytes, content_type: str) -> dict[str, Any]:
        """Answer one request with what becomes the JSON body.

        Raises:
            BadRequest: the body cannot be answered.
        """
        ...


def open_predictor(directory: Path, manifest: PackageManifest) -> Predictor:
    """Load the model of an unpacked package; the task's module has a `load(directory, manifest)`.

    Raises:
        PackageError: this serving image knows no such task.
    """
    if manifest.task not in TASK_MODULES:
        known = ", ".join(sorted(TASK_MODULES))
        raise PackageError(f"manifest.json names the task '{manifest.task}'; this image serves {known}.")
    load: Callable[[Path, PackageManifest], Predictor] = import_module(TASK_MODULES[manifest.task]).load
    return load(directory, manifest)
