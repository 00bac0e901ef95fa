"""The pictures of the data report."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from inference.contracts.channels import Channel
from inference.contracts.telemetry import Signals, spoken
from training_containers.tabular.data import Series
from training_containers.tabular.windows import Windows

HEALTHY_COLOUR, HAZARD_COLOUR = "#4575b4", "#d73027"
SHOWN = 5  # entities of each class in the series plot
LAST_SECONDS = 3600
SAMPLE = 20_000
READABLE = 0.6  # a stronger correlation's cell is too dark for black letters


@dataclass(frozen=True)
class Plot:
    """`plot_words` fill the braces of its texts."""

    title: str
    caption: str
    draw: Callable[[Sequence[Series], Windows], Figure]


def class_balance(_series: Sequence[Series], windows: Windows) -> Figure:
    figure = Figure(figsize=(7, 2.2), layout="tight")
    axes = figure.subplots()
    counts = [int((~windows.hazard).sum()), int(windows.hazard.sum())]
    bars = axes.barh(windows.signals.classes, counts, color=[HEALTHY_COLOUR, HAZARD_COLOUR])
    axes.bar_label(bars, [f"{count:,}" for count in counts], padding=4)
    axes.set(xscale="log", xlabel="training windows (logarithmic)", xlim=(1, max(counts) * 8))
    return figure


def last_hour(series: Sequence[Series], windows: Windows) -> Figure:
    signals = windows.signals
    failing = [one for one in series if np.isfinite(one.onset)]
    failing = failing[:: max(1, len(failing) // SHOWN)][:SHOWN]
    beside = {one.item.group for one in failing}
    healthy = {one.item.group: one for one in series if not np.isfinite(one.onset) and one.item.group in beside}
    figure, grid = _one_a_channel(signals, columns=2)
    for number, (axes, channel) in enumerate(grid):
        for group, colour in ((healthy.values(), HEALTHY_COLOUR), (failing, HAZARD_COLOUR)):
            for one in group:
                rows = one.grid[-LAST_SECONDS // signals.step_s :, number]
                minutes = (np.arange(len(rows)) - len(rows)) * signals.step_s / 60
                axes.plot(minutes, rows, color=colour, lw=0.8, alpha=0.7)
        axes.set(title=f"{channel.name} [{channel.unit}]", xlabel=f"minutes to the end or the {signals.event}")
        axes.grid(alpha=0.3)
        if channel.logarithmic_above is not None:
            axes.set_yscale("symlog", linthresh=channel.logarithmic_above)
    return figure


def box_plots(_series: Sequence[Series], windows: Windows) -> Figure:
    signals = windows.signals
    figure, grid = _one_a_channel(signals, columns=4)
    rows = np.linspace(0, len(windows.lead) - 1, min(SAMPLE, len(windows.lead))).astype(int)
    for axes, channel in grid:
        column = windows.features[:, signals.level(channel.name)]
        healthy = column[rows][~windows.hazard[rows]]
        boxes = axes.boxplot([healthy, column[windows.hazard]], tick_labels=signals.classes, patch_artist=True, sym="")
        for box, colour in zip(boxes["boxes"], (HEALTHY_COLOUR, HAZARD_COLOUR), strict=True):
            box.set(facecolor=colour, alpha=0.6)
        axes.set_title(f"{channel.name} [{channel.unit}]", fontsize=10)
    return figure


def missingness(series: Sequence[Series], windows: Windows) -> Figure:
    shares = np.array([np.isnan(one.grid).mean(axis=0) for one in series if len(one.grid)])
    figure = Figure(figsize=(7, 3), layout="tight")
    axes = figure.subplots()
    bars = axes.barh(windows.signals.channel_names, 100 * shares.mean(axis=0), color="#7f7f7f")
    axes.bar_label(bars, fmt="%.2f %%", padding=4)
    axes.set(xlabel=f"missing grid steps [%], mean over {windows.signals.entity}s")
    axes.margins(x=0.15)
    return figure


def correlations(_series: Sequence[Series], windows: Windows) -> Figure:
    signals = windows.signals
    columns = [signals.level(name) for name in signals.channel_names]
    rows = np.linspace(0, len(windows.lead) - 1, min(SAMPLE, len(windows.lead))).astype(int)
    values = np.column_stack([windows.features[rows][:, columns], windows.hazard[rows]])
    names = [*signals.channel_names, signals.hazard]
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


def _one_a_channel(signals: Signals, columns: int) -> tuple[Figure, list[tuple[Axes, Channel]]]:
    """Axes for each channel; what remains of the grid is left blank."""
    rows = math.ceil(len(signals.channels) / columns)
    figure = Figure(figsize=(11, 3 * rows), layout="tight")
    axes = figure.subplots(rows, columns).ravel()
    for spare in axes[len(signals.channels) :]:
        spare.set_axis_off()
    return figure, list(zip(axes, signals.channels, strict=False))


def plot_words(signals: Signals) -> dict[str, str]:
    return {
        "entity": signals.entity,
        "event": signals.event,
        "step": spoken(signals.step_s),
        "shortest": spoken(signals.spans_s[0]),
        "hazard": signals.hazard,
    }


PLOTS = (
    Plot("Class balance", "A window is of the class {hazard} when the {event} is within the horizon.", class_balance),
    Plot(
        "Healthy and failing {entity}s",
        "The last hour: {entity}s with a {event} red, others beside them blue.",
        last_hour,
    ),
    Plot("Box plots", "Means over {shortest} by class; whiskers at 1.5 interquartile ranges, no outliers.", box_plots),
    Plot("Missing values", "Grid steps of {step} without a value.", missingness),
    Plot("Correlations", "Pearson, of means over {shortest} and the label.", correlations),
)
