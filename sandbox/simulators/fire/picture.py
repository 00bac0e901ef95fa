"""A day's largest fire as the sensors of its zone, and of one beside it, see it."""

from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np

from sandbox.simulators.fire.building import SENSORS_A_ZONE
from sandbox.simulators.fire.recording import Day
from sandbox.simulators.fire.sensors import CHANNELS

_AROUND = 90
"""Steps shown before and after."""


def draw_fire(day: Day, file: Path) -> None:
    """A day without fires shows its first hours."""
    largest = max(day.fires, key=lambda fire: fire.heat_kw.max(), default=None)
    zone = 0 if largest is None else largest.zone
    first, last = (0, 720) if largest is None else (largest.ignition - _AROUND, largest.end + _AROUND)
    span = slice(max(first, 0), last)
    minutes = np.arange(len(day.readings))[span] * day.step_s / 60
    beside = int(np.flatnonzero(day.building.adjacent[zone])[0])
    figure, axes = plt.subplots(4, 2, figsize=(11, 9), sharex=True, layout="constrained")
    for number, (axis, channel) in enumerate(zip(axes.T.flat, CHANNELS, strict=True)):
        for shown, colour, label in ((beside, "tab:grey", "the zone beside"), (zone, "tab:red", "the zone")):
            columns = slice(shown * SENSORS_A_ZONE, (shown + 1) * SENSORS_A_ZONE)
            lines = axis.plot(minutes, day.readings[span, columns, number], color=colour, linewidth=0.8)
            lines[0].set_label(label)
        if largest is not None:
            axis.axvspan(largest.ignition * day.step_s / 60, largest.end * day.step_s / 60, color="tab:red", alpha=0.07)
        axis.set_ylabel(f"{channel.name.rsplit('_', 1)[0] if '_' in channel.name else channel.name} [{channel.unit}]")
    axes[0, 0].legend(fontsize="small")
    for axis in axes[-1]:
        axis.set_xlabel("minutes of the day; shaded: it burns")
    figure.suptitle(f"{day.site}, {day.start:%Y-%m-%d}: {len(day.fires)} fires, {len(day.nuisances)} nuisances")
    file.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(file, dpi=110)
    plt.close(figure)
