"""Progress where people look for it: log lines, TensorBoard events, and an MLflow run."""

import sys
from collections.abc import Callable, Mapping
from functools import partial
from types import TracebackType
from typing import Any, Protocol, Self

from training_containers.contract import mlflow_runs
from training_containers.contract.metric_definitions import print_metrics
from training_containers.contract.opt_ml import OptMl


class Sink(Protocol):
    """One place that metrics go to."""

    def log(self, step: int, metrics: Mapping[str, float]) -> None: ...

    def close(self, *, succeeded: bool) -> None: ...


class LogLines:
    """`name=value` on standard output, which becomes CloudWatch Logs."""

    def log(self, step: int, metrics: Mapping[str, float]) -> None:
        print_metrics({"epoch": step, **metrics})

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
        if mlflow_runs.is_on():
            tracker._try_to_add("MLflow", lambda: mlflow_runs.MlflowRun(opt_ml, experiment, parameters))
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
