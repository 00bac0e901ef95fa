"""A picture of one event: the module that ran away first, its neighbours, and what the sensors will see."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from sandbox.simulators.battery.faults import Fault
from sandbox.simulators.battery.history import History
from sandbox.simulators.battery.layout import LEVELS, MODULES


def draw_event(history: History, faults: Sequence[Fault], path: Path) -> None:
    """Write a PNG; where nothing ran away, the hottest module is shown."""
    ran = np.flatnonzero(history.onset >= 0)
    module = int(ran[np.argmin(history.onset[ran])]) if ran.size else int(history.hottest.max(0).argmax())
    minutes = history.seconds / 60
    kinds = ", ".join(fault.kind.replace("_", " ") for fault in faults if fault.module == module)
    figure = Figure(figsize=(9, 8), layout="constrained")
    temperature, gas, volt = figure.subplots(3, 1, sharex=True)
    temperature.plot(minutes, history.hottest[:, module] - 273.15, color="#b2182b", label="hottest cell")
    temperature.plot(minutes, history.mean[:, module] - 273.15, color="#ef8a62", label="mean of the module")
    for other in (module - 1, module + 1):
        if 0 <= other < MODULES and other // LEVELS == module // LEVELS:
            temperature.plot(minutes, history.mean[:, other] - 273.15, color="#67a9cf", label="neighbour, mean")
    temperature.set(ylabel="temperature [°C]", yscale="log", title=f"Module {module}: {kinds}")
    gas.semilogy(minutes, history.gas[:, module] + 1, color="#4d9221")
    gas.set(ylabel="off-gas [ppm]")
    volt.plot(minutes, history.voltage[:, module], color="#542788")
    volt.set(ylabel="module voltage [V]", xlabel="time [min]")
    for axis in (temperature, gas, volt):
        axis.grid(alpha=0.3)
        if history.onset[module] >= 0:
            axis.axvline(history.onset[module] * minutes[1], color="black", ls="--", lw=1, label="onset")
    temperature.legend(loc="upper left", fontsize=8)
    path.parent.mkdir(parents=True, exist_ok=True)
    FigureCanvasAgg(figure).print_png(str(path))
