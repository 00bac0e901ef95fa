"""What a run in MLflow shows: confusion matrix and PR curve as pictures, and the model as ONNX."""

from collections.abc import Callable
from pathlib import Path

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from sklearn.base import BaseEstimator
from sklearn.metrics import ConfusionMatrixDisplay, PrecisionRecallDisplay, confusion_matrix

from training_containers.tabular.export import export_onnx
from training_containers.tabular.threshold import Scored

BASELINE, TUNING, SMOTE = "Baseline", "Tuning", "SMOTE"
POSITIVE = 0.5  # for the confusion matrix alone; the operating threshold is chosen later


def pictures_and_model(estimator: BaseEstimator, validation: Scored) -> Callable[[Path], None]:
    """Writes the pictures of the validation scores and the fitted model into the folder of a run's artifacts."""

    def write(folder: Path) -> None:
        draw_curves(folder, validation)
        export_onnx(estimator, folder / "model.onnx", validation.windows.features[:200])

    return write


def draw_curves(folder: Path, scored: Scored) -> None:
    """`confusion_matrix.png`, `precision_recall.png` of the validation windows."""
    hazard, scores = scored.windows.hazard, scored.scores
    matrix = confusion_matrix(hazard, scores >= POSITIVE)
    displays = {
        "confusion_matrix": ConfusionMatrixDisplay(matrix, display_labels=scored.windows.signals.classes),
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
