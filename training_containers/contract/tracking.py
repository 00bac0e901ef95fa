"""Progress where people look for it: log lines, TensorBoard events, and an MLflow run."""

import logging
import os
import sys
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from pathlib import Path
from types import ModuleType, TracebackType
from typing import Any, Protocol, Self

from training_containers.contract.metric_definitions import metric_line
from training_containers.contract.opt_ml import OptMl

MLFLOW_VARIABLE = "MLFLOW_TRACKING_URI"
MLFLOW_OFF = "off"
SQLITE = "sqlite:///"


class Sink(Protocol):
    """One place that metrics go to."""

    def log(self, step: int, metrics: Mapping[str, float]) -> None: ...

    def close(self, *, succeeded: bool) -> None: ...


class LogLines:
    """`name=value` on standard output, which becomes CloudWatch Logs."""

    def log(self, step: int, metrics: Mapping[str, float]) -> None:
        print(metric_line({"epoch": step, **metrics}), flush=True)

    def close(self, *, succeeded: bool) -> None:
        sys.stdout.flush()


class TensorBoard:
    """Event files below the checkpoints, which reach S3 while the job runs: `tensorboard --logdir s3://...`."""

    def __init__(self, opt_ml: OptMl) -> None:
        from torch.utils.tensorboard import SummaryWriter

        self._writer = SummaryWriter(str(opt_ml.tensorboard))

    def log(self, step: int, metrics: Mapping[str, float]) -> None:
        for name, value in metrics.items():
            self._writer.add_scalar(name, value, step)
        self._writer.flush()

    def close(self, *, succeeded: bool) -> None:
        self._writer.close()


class MlflowRun:
    """One MLflow run: at `MLFLOW_TRACKING_URI` (a server or a SageMaker MLflow ARN), else sqlite in `output/data`.

    A thread of its own does the work, in order: importing MLflow takes seconds and a tracking server may be slow.
    """

    def __init__(self, opt_ml: OptMl, experiment: str, parameters: Mapping[str, Any]) -> None:
        self._worker = ThreadPoolExecutor(1)
        uri = os.environ.get(MLFLOW_VARIABLE, f"{SQLITE}{opt_ml.output_data}/mlflow.db")
        self._started = self._worker.submit(_start_mlflow_run, uri, experiment, opt_ml.job_name, dict(parameters))
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


def _start_mlflow_run(uri: str, experiment: str, name: str, parameters: dict[str, Any]) -> ModuleType:
    """MLflow with a run in progress; its fluent interface keeps the run by thread."""
    logging.getLogger("mlflow").setLevel(logging.WARNING)  # a new sqlite file is created in many lines
    import mlflow

    choose_experiment(mlflow, uri, experiment)
    mlflow.start_run(run_name=name)
    mlflow.log_params(parameters)
    return mlflow


def choose_experiment(mlflow: ModuleType, uri: str, name: str) -> None:
    """Make `name` the experiment of the next runs. Pictures and models go beside a sqlite file, not to where we stand.

    A server knows its own place for them.
    """
    mlflow.set_tracking_uri(uri)
    if uri.startswith(SQLITE) and mlflow.get_experiment_by_name(name) is None:
        folder = Path(uri.removeprefix(SQLITE)).resolve().with_name("mlartifacts")
        mlflow.create_experiment(name, artifact_location=folder.as_uri())
    mlflow.set_experiment(name)


class Tracker:
    """Sends each step's metrics to every sink; a sink that fails is dropped with a warning, never the run.

    Use as a context manager: an exception that leaves it marks the MLflow run as failed.
    """

    def __init__(self, *sinks: Sink) -> None:
        self._sinks = list(sinks)

    @classmethod
    def create(cls, opt_ml: OptMl, experiment: str, parameters: Mapping[str, Any], *, tensorboard: bool = True) -> Self:
        """All sinks that the environment allows; `MLFLOW_TRACKING_URI=off` leaves MLflow out."""
        tracker = cls(LogLines())
        if tensorboard:
            tracker._try_to_add("TensorBoard", lambda: TensorBoard(opt_ml))
        if os.environ.get(MLFLOW_VARIABLE) != MLFLOW_OFF:
            tracker._try_to_add("MLflow", lambda: MlflowRun(opt_ml, experiment, parameters))
        return tracker

    def log(self, step: int, metrics: Mapping[str, float]) -> None:
        for sink in list(self._sinks):
            self._guard(sink, partial(sink.log, step, metrics))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for sink in list(self._sinks):
            self._guard(sink, partial(sink.close, succeeded=error is None))

    def _try_to_add(self, name: str, make: Callable[[], Sink]) -> None:
        try:
            self._sinks.append(make())
        except Exception as error:  # tracking is a courtesy: no tracking server may cost a run
            print(f"warning: {name} is left out: {type(error).__name__}: {error}", file=sys.stderr, flush=True)

    def _guard(self, sink: Sink, act: Callable[[], None]) -> None:
        try:
            act()
        except Exception as error:
            self._sinks.remove(sink)
            print(f"warning: {type(sink).__name__} is left out from here: {error}", file=sys.stderr, flush=True)
