"""The pictures of the data report."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from inference.contracts.telemetry import CHANNEL_NAMES, CHANNELS, CLASSES, STEP_SECONDS
from inference.tabular.features import FEATURE_NAMES
from training_containers.tabular.data import Series
from training_containers.tabular.windows import Windows

HEALTHY_COLOUR, HAZARD_COLOUR = "#4575b4", "#d73027"
SHOWN = 5  # modules of each class in the series plot
LAST_SECONDS = 3600
SAMPLE = 20_000
READABLE = 0.6  # a stronger correlation's cell is too dark for black letters


@dataclass(frozen=True)
class Plot:
    title: str
    caption: str
    draw: Callable[[Sequence[Series], Windows], Figure]


def class_balance(_series: Sequence[Series], windows: Windows) -> Figure:
    figure = Figure(figsize=(7, 2.2), layout="tight")
    axes = figure.subplots()
    counts = [int((~windows.hazard).sum()), int(windows.hazard.sum())]
    bars = axes.barh(CLASSES, counts, color=[HEALTHY_COLOUR, HAZARD_COLOUR])
    axes.bar_label(bars, [f"{count:,}" for count in counts], padding=4)
    axes.set(xscale="log", xlabel="training windows (logarithmic)", xlim=(1, max(counts) * 8))
    return figure


def module_series(series: Sequence[Series], _windows: Windows) -> Figure:
    failing = [one for one in series if np.isfinite(one.onset)]
    failing = failing[:: max(1, len(failing) // SHOWN)][:SHOWN]
    beside = {one.item.group for one in failing}
    healthy = {one.item.group: one for one in series if not np.isfinite(one.onset) and one.item.group in beside}
    figure = Figure(figsize=(11, 12), layout="tight")
    for axes, (number, channel) in zip(_grid_of_axes(figure, 4, 2), enumerate(CHANNELS), strict=True):
        for group, colour in ((healthy.values(), HEALTHY_COLOUR), (failing, HAZARD_COLOUR)):
            for one in group:
                rows = one.grid[-LAST_SECONDS // STEP_SECONDS :, number]
                minutes = (np.arange(len(rows)) - len(rows)) * STEP_SECONDS / 60
                axes.plot(minutes, rows, color=colour, lw=0.8, alpha=0.7)
        axes.set(title=f"{channel.name} [{channel.unit}]", xlabel="minutes to the end or the runaway")
        axes.grid(alpha=0.3)
        if channel.name == "gas_ppm":
            axes.set_yscale("symlog", linthresh=10)
    return figure


def box_plots(_series: Sequence[Series], windows: Windows) -> Figure:
    figure = Figure(figsize=(11, 6), layout="tight")
    rows = np.linspace(0, len(windows.lead) - 1, min(SAMPLE, len(windows.lead))).astype(int)
    for axes, channel in zip(_grid_of_axes(figure, 2, 4), CHANNELS, strict=True):
        column = windows.features[:, FEATURE_NAMES.index(f"{channel.name}:mean_1m")]
        healthy = column[rows][~windows.hazard[rows]]
        boxes = axes.boxplot([healthy, column[windows.hazard]], tick_labels=CLASSES, patch_artist=True, sym="")
        for box, colour in zip(boxes["boxes"], (HEALTHY_COLOUR, HAZARD_COLOUR), strict=True):
            box.set(facecolor=colour, alpha=0.6)
        axes.set_title(f"{channel.name} [{channel.unit}]", fontsize=10)
    return figure


def missingness(series: Sequence[Series], _windows: Windows) -> Figure:
    shares = np.array([np.isnan(one.grid).mean(axis=0) for one in series if len(one.grid)])
    figure = Figure(figsize=(7, 3), layout="tight")
    axes = figure.subplots()
    bars = axes.barh(CHANNEL_NAMES, 100 * shares.mean(axis=0), color="#7f7f7f")
    axes.bar_label(bars, fmt="%.2f %%", padding=4)
    axes.set(xlabel="missing grid steps [%], mean over modules")
    axes.margins(x=0.15)
    return figure


def correlations(_series: Sequence[Series], windows: Windows) -> Figure:
    columns = [FEATURE_NAMES.index(f"{name}:mean_1m") for name in CHANNEL_NAMES]
    rows = np.linspace(0, len(windows.lead) - 1, min(SAMPLE, len(windows.lead))).astype(int)
    values = np.column_stack([windows.features[rows][:, columns], windows.hazard[rows]])
    names = [*CHANNEL_NAMES, "hazard"]
    with np.errstate(invalid="ignore", divide="ignore"):
        matrix = np.nan_to_num(np.corrcoef(values, rowvar=False))
    figure = Figure(figsize=(7, 6), layout="tight")
    axes = figure.subplots()
    picture = axes.imshow(matrix, cmap="RdBu_r", vmin=-1, vmax=1)
    axes.set_xticks(range(len(names)), names, rotation=45, ha="right")
    axes.set_yticks(range(len(names)), names)
    for row, column in np.ndindex(matrix.shape):
        value = matrix[row, column]
        colour = "white" if abs(value) > READABLE else "black"
        axes.text(column, row, f"{value:.2f}", ha="center", va="center", fontsize=7, color=colour)
    figure.colorbar(picture, ax=axes, shrink=0.8)
    return figure


def _grid_of_axes(figure: Figure, rows: int, columns: int) -> list[Axes]:
    """One a channel; what remains of the grid is left blank."""
    axes = figure.subplots(rows, columns).ravel()
    for spare in axes[len(CHANNELS) :]:
        spare.set_axis_off()
    return list(axes[: len(CHANNELS)])


PLOTS = (
    Plot("Class balance", "A window is hazardous when its module runs away within the horizon.", class_balance),
    Plot(
        "Healthy and failing modules",
        "The last hour: failing modules red, healthy ones beside them blue.",
        module_series,
    ),
    Plot("Box plots", "One-minute means by class; whiskers at 1.5 interquartile ranges, no outliers.", box_plots),
    Plot("Missing values", "Grid steps of ten seconds without a value.", missingness),
    Plot("Correlations", "Pearson, of one-minute means and the label.", correlations),
)
