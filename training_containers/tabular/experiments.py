"""Runs in MLflow: parameters, metrics, confusion matrix and PR curve as pictures, and the model as ONNX."""

import logging
import os
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from sklearn.base import BaseEstimator
from sklearn.metrics import ConfusionMatrixDisplay, PrecisionRecallDisplay, confusion_matrix

from inference.contracts.telemetry import CLASSES
from training_containers.contract import OptMl
from training_containers.contract.tracking import MLFLOW_OFF, MLFLOW_VARIABLE, choose_experiment
from training_containers.tabular.export import export_onnx
from training_containers.tabular.threshold import Scored

BASELINE, TUNING, SMOTE = "Baseline", "Tuning", "SMOTE"
POSITIVE = 0.5  # for the confusion matrix alone; the operating threshold is chosen later


class Experiments:
    """MLflow at `MLFLOW_TRACKING_URI`, else sqlite in `output/data`. A fault of it costs a warning, never the run."""

    def __init__(self, opt_ml: OptMl, common: Mapping[str, Any]) -> None:
        self._common = dict(common)
        self._uri = os.environ.get(MLFLOW_VARIABLE, f"sqlite:///{opt_ml.output_data}/mlflow.db")
        self._on = self._uri != MLFLOW_OFF

    def log(
        self,
        experiment: str,
        name: str,
        parameters: Mapping[str, Any],
        metrics: Mapping[str, float],
        estimator: BaseEstimator | None = None,
        validation: Scored | None = None,
    ) -> None:
        """One finished run; with a fitted model and its validation scores also the pictures and the model."""
        if not self._on:
            return
        try:
            self._log(experiment, name, parameters, metrics, estimator, validation)
        except Exception as error:  # tracking is a courtesy: no tracking server may cost a run
            self._on = False
            print(f"warning: MLflow is left out from here: {type(error).__name__}: {error}", file=sys.stderr)

    def _log(
        self,
        experiment: str,
        name: str,
        parameters: Mapping[str, Any],
        metrics: Mapping[str, float],
        estimator: BaseEstimator | None,
        validation: Scored | None,
    ) -> None:
        logging.getLogger("mlflow").setLevel(logging.WARNING)
        logging.getLogger("alembic").setLevel(logging.WARNING)
        import mlflow

        choose_experiment(mlflow, self._uri, experiment)
        with mlflow.start_run(run_name=name), tempfile.TemporaryDirectory() as scratch:
            mlflow.log_params({**self._common, **parameters})
            mlflow.log_metrics(dict(metrics))
            if estimator is not None and validation is not None:
                draw_curves(Path(scratch), validation)
                export_onnx(estimator, Path(scratch) / "model.onnx", validation.windows.features[:200])
                mlflow.log_artifacts(scratch)


def draw_curves(folder: Path, scored: Scored) -> None:
    """`confusion_matrix.png`, `precision_recall.png` of the validation windows."""
    hazard, scores = scored.windows.hazard, scored.scores
    matrix = confusion_matrix(hazard, scores >= POSITIVE)
    displays = {
        "confusion_matrix": ConfusionMatrixDisplay(matrix, display_labels=CLASSES),
        "precision_recall": PrecisionRecallDisplay.from_predictions,
    }
    for name, display in displays.items():
        figure = Figure(figsize=(4.5, 4), layout="constrained")
        FigureCanvasAgg(figure)
        axes = figure.subplots()
        if isinstance(display, ConfusionMatrixDisplay):
            display.plot(ax=axes, colorbar=False)
        else:
            display(hazard, scores, ax=axes, drop_intermediate=True)
        axes.set_title(name.replace("_", " "))
        figure.savefig(folder / f"{name}.png", dpi=80)
