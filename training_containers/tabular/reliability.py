"""What a probability has meant: predicted beside observed shares of hazardous windows."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray

from training_containers.tabular.threshold import Scored

EDGES = (0.0, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 0.5, 0.7, 0.9, 1.0)
"""Of predicted probabilities: hazards are rare, so most bins are small."""
LEAST = 1e-4  # what is drawn of smaller shares, on a logarithmic axis


@dataclass(frozen=True)
class Reliability:
    """Bins that hold a window, each with the mean prediction, the share that was hazardous, and their number."""

    predicted: NDArray[np.float64]
    observed: NDArray[np.float64]
    windows: NDArray[np.int64]

    @classmethod
    def of(cls, scored: Scored) -> "Reliability":
        number = np.clip(np.searchsorted(EDGES, scored.scores, side="right") - 1, 0, len(EDGES) - 2)
        windows = np.bincount(number, minlength=len(EDGES) - 1)
        held = windows > 0
        sums = (np.bincount(number, of, minlength=len(EDGES) - 1) for of in (scored.scores, scored.windows.hazard))
        predicted, observed = (total[held] / windows[held] for total in sums)
        return cls(predicted, observed, windows[held])


@dataclass(frozen=True)
class ScoredPlot:
    title: str
    caption: str
    draw: Callable[[Scored], Figure]


def reliability(scored: Scored) -> Figure:
    bins = Reliability.of(scored)
    figure = Figure(figsize=(6, 5), layout="tight")
    axes = figure.subplots()
    axes.plot([LEAST, 1], [LEAST, 1], color="#999999", lw=1, label="as predicted")
    axes.plot(
        np.maximum(bins.predicted, LEAST), np.maximum(bins.observed, LEAST), "o-", color="#d73027", label="validation"
    )
    for x, y, count in zip(bins.predicted, bins.observed, bins.windows, strict=True):
        at = (max(x, LEAST), max(y, LEAST))
        axes.annotate(f"{count:,}", at, textcoords="offset points", xytext=(6, -10), fontsize=7)
    axes.set(xscale="log", yscale="log", xlabel="predicted probability", ylabel="share of hazardous windows")
    axes.legend()
    axes.grid(alpha=0.3)
    return figure


RELIABILITY = ScoredPlot(
    "Reliability",
    "Windows of the validation split by predicted probability: a point on the line is as likely as it says; the number "
    "beside it counts its windows.",
    reliability,
)
