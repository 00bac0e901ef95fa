"""The registry of tasks: what a domain's models answer. A new task is a module here and a folder in `inference/`."""

from typing import Annotated

from pydantic import AfterValidator

from inference.contracts.tasks.base import Task
from inference.contracts.tasks.image_classification import ImageClassification
from inference.contracts.tasks.object_detection import ObjectDetection
from inference.contracts.tasks.sensor_zones import SensorZones
from inference.contracts.tasks.tabular import Tabular

TASKS: dict[str, Task] = {
    task.name: task for task in (ImageClassification(), ObjectDetection(), SensorZones(), Tabular())
}


class UnknownTaskError(ValueError):
    """A name that no task has."""


def task_of(name: str) -> Task:
    """Raises UnknownTaskError, which lists the known ones."""
    if name not in TASKS:
        raise UnknownTaskError(f"There is no task {name!r}; there are {', '.join(sorted(TASKS))}.")
    return TASKS[name]


TaskName = Annotated[str, AfterValidator(lambda name: task_of(name).name)]
"""Of a task that is registered."""
