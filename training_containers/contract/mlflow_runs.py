"""MLflow at `MLFLOW_TRACKING_URI` (a server or a SageMaker MLflow ARN), else sqlite in `output/data`; `off`: none."""

import logging
import os
import sys
import tempfile
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from types import ModuleType
from typing import Any

from training_containers.contract.opt_ml import OptMl

VARIABLE = "MLFLOW_TRACKING_URI"
OFF = "off"
SQLITE = "sqlite:///"


def is_on() -> bool:
    return os.environ.get(VARIABLE) != OFF


class MlflowRun:
    """One run that is told each step's metrics while it goes on.

    A thread of its own does the work, in order: importing MLflow takes seconds and a tracking server may be slow.
    """

    def __init__(self, opt_ml: OptMl, experiment: str, parameters: Mapping[str, Any]) -> None:
        self._worker = ThreadPoolExecutor(1)
        self._started = self._worker.submit(_start, opt_ml, experiment, opt_ml.job_name, dict(parameters))
        self._last: Future[Any] = self._worker.submit(self._started.result)

    def log(self, step: int, metrics: Mapping[str, float]) -> None:
        if self._last.done():
            self._last.result()  # raises what went wrong
        self._last = self._worker.submit(lambda: self._started.result().log_metrics(dict(metrics), step=step))

    def close(self, *, succeeded: bool) -> None:
        status = "FINISHED" if succeeded else "FAILED"
        self._last = self._worker.submit(lambda: self._started.result().end_run(status))
        self._worker.shutdown()
        self._last.result()


class FinishedRuns:
    """Runs that are recorded when they are over. A fault of MLflow costs a warning and the later records."""

    def __init__(self, opt_ml: OptMl, common: Mapping[str, Any]) -> None:
        """`common`: parameters of all of them."""
        self._opt_ml, self._common, self._on = opt_ml, dict(common), is_on()

    def record(
        self,
        experiment: str,
        name: str,
        parameters: Mapping[str, Any],
        metrics: Mapping[str, float],
        write_artifacts: Callable[[Path], None] | None = None,
    ) -> None:
        """`write_artifacts` is given an empty folder to fill."""
        if not self._on:
            return
        try:
            mlflow = _start(self._opt_ml, experiment, name, {**self._common, **parameters})
            with mlflow.active_run(), tempfile.TemporaryDirectory() as scratch:
                mlflow.log_metrics(dict(metrics))
                if write_artifacts is not None:
                    write_artifacts(Path(scratch))
                    mlflow.log_artifacts(scratch)
        except Exception as error:  # tracking is a courtesy: no tracking server may cost a run
            self._on = False
            print(f"warning: MLflow is left out from here: {type(error).__name__}: {error}", file=sys.stderr)


def _start(opt_ml: OptMl, experiment: str, name: str, parameters: dict[str, Any]) -> ModuleType:
    """MLflow with a run in progress; its fluent interface keeps the run by thread."""
    for chatty in ("mlflow", "alembic"):  # a new sqlite file is created in many lines
        logging.getLogger(chatty).setLevel(logging.WARNING)
    import mlflow

    uri = os.environ.get(VARIABLE, f"{SQLITE}{opt_ml.output_data}/mlflow.db")
    mlflow.set_tracking_uri(uri)
    if uri.startswith(SQLITE) and mlflow.get_experiment_by_name(experiment) is None:
        # Artifacts go beside a sqlite file, not into the working directory; a server knows its own place for them.
        folder = Path(uri.removeprefix(SQLITE)).resolve().with_name("mlartifacts")
        mlflow.create_experiment(experiment, artifact_location=folder.as_uri())
    mlflow.set_experiment(experiment)
    mlflow.start_run(run_name=name)
    mlflow.log_params(parameters)
    return mlflow
