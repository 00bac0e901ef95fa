"""Telemetry as unlike battery's as the contract allows: three channels, every five seconds, windows of two minutes.

Before a pump bursts its pressure falls and it shakes; worn pumps shake all the time and nothing comes of it.
"""

import numpy as np
import pandas as pd

from inference.contracts.channels import Channel, RuleSignal
from inference.contracts.telemetry import Signals
from lambdas.data_prep.telemetry.spec import Telemetry

SIGNALS = Signals(
    channels=(
        Channel(name="flow_lpm", unit="l/min", low=0, high=500, meaning="delivered"),
        Channel(name="pressure_bar", unit="bar", low=0, high=40, meaning="at the outlet"),
        Channel(name="vibration_mm_s", unit="mm/s", low=0, high=100, meaning="of the bearing"),
    ),
    rule=(RuleSignal(name="vibration", feature="vibration_mm_s:mean_20s"),),
    classes=("tight", "leaking"),
    entity="pump",
    site="plant",
    event="burst",
    fault="worn",
    step_s=5,
    coarsest_step_s=10,
    fill_s=15,
    spans_s=(20, 60, 120),
    decision_s=20,
    horizon_s=120,
    horizon_range_s=(60, 300),
    least_warning_s=20,
    off_delay_s=60,
)
SPEC = Telemetry(prefix="pumps/", signals=SIGNALS)
PLANTS, PUMPS, STEPS = 12, 4, 360
FIRST = pd.Timestamp("2026-01-05T06:00:00Z")
APART = pd.Timedelta(hours=2)
NORMAL = {"flow_lpm": (120.0, 2.0), "pressure_bar": (8.0, 0.1), "vibration_mm_s": (3.0, 0.2)}
"""Channel -> mean, standard deviation."""


def tables() -> dict[str, bytes]:
    """File -> CSV, one a plant, recorded one after another; a pump of each bursts, and another is worn."""
    return {f"plant-{number:02}.csv": _plant(number).to_csv(index=False).encode() for number in range(PLANTS)}


def readings(steps: int = 40, burst_in_s: float = np.inf, **more: object) -> list[dict[str, object]]:
    """Of one pump, as a caller sends them, the last one so long before a burst; `more` stands in each."""
    before = burst_in_s + SIGNALS.step_s * np.arange(steps - 1, -1, -1)
    values = pd.DataFrame(_values(np.random.default_rng(0), before)).to_dict("records")
    times = pd.date_range(FIRST, periods=steps, freq=f"{SIGNALS.step_s}s")
    return [{"timestamp": time.isoformat(), **one, **more} for time, one in zip(times, values, strict=True)]


def _values(rng: np.random.Generator, before: np.ndarray) -> dict[str, np.ndarray]:
    """Channel -> values, so many seconds before a burst."""
    near = np.clip(1.5 - before / 120, 0, 1)
    values = {name: rng.normal(mean, deviation, len(before)) for name, (mean, deviation) in NORMAL.items()}
    values["pressure_bar"] -= 3 * near
    values["vibration_mm_s"] += 6 * near
    return values


def _plant(number: int) -> pd.DataFrame:
    rng = np.random.default_rng(number)
    times = pd.date_range(FIRST + number * APART, periods=STEPS, freq=f"{SIGNALS.step_s}s")
    burst = SIGNALS.step_s * rng.integers(200, STEPS - 20)
    frames = []
    for pump in range(PUMPS):
        before = burst - SIGNALS.step_s * np.arange(STEPS) if pump == 0 else np.full(STEPS, np.inf)
        values, worn = _values(rng, before), pump == 1
        values["vibration_mm_s"] += 2 * worn
        names = {"timestamp": times, "plant_id": f"plant-{number}", "pump_id": f"p{number}-{pump}"}
        frames.append(pd.DataFrame({**names, **values, "burst": (before <= 0).astype(int), "worn": int(worn)}))
    return pd.concat(frames)
