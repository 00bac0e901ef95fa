"""Telemetry of any domain's signals: noise, and before an event a rise of each channel that a rule would watch."""

import numpy as np
import pandas as pd

from inference.contracts.telemetry import TIMESTAMP, Signals
from lambdas.data_prep.telemetry.spec import Telemetry
from tests.contract.domains.toys.base import ToyData

SITES, ENTITIES = 12, 4
FIRST = pd.Timestamp("2026-01-05T06:00:00Z")
NORMAL, NOISE, RISE = 0.4, 0.001, 0.1
"""In parts of a channel's range."""


def make(spec: Telemetry) -> ToyData:
    """A table a site, recorded one after another; one entity of each site has an event, and another has a fault."""
    tables = {f"{spec.prefix}site-{number:02}.csv": _site(spec.signals, number) for number in range(SITES)}
    return ToyData({name: table.to_csv(index=False).encode() for name, table in tables.items()})


def _site(signals: Signals, number: int) -> pd.DataFrame:
    rng = np.random.default_rng(number)
    steps = 3 * (signals.window_s + signals.horizon_s) // signals.step_s
    length = pd.Timedelta(seconds=steps * signals.step_s)
    times = pd.date_range(FIRST + 2 * number * length, periods=steps, freq=f"{signals.step_s}s")
    event = signals.step_s * rng.integers(steps // 2, steps - 2 * signals.decision_steps)
    frames = []
    for entity in range(ENTITIES):
        before = event - signals.step_s * np.arange(steps) if entity == 0 else np.full(steps, np.inf)
        names = {TIMESTAMP: times, signals.site_id: f"s{number}", signals.entity_id: f"e{number}-{entity}"}
        marks = {signals.event: (before <= 0).astype(int), signals.fault: int(entity == 1)}
        frames.append(pd.DataFrame({**names, **_values(signals, rng, before), **marks}))
    return pd.concat(frames)


def _values(signals: Signals, rng: np.random.Generator, before: np.ndarray) -> dict[str, np.ndarray]:
    watched = {rule.feature.partition(":")[0] for rule in signals.rule}
    near = np.clip(1.5 - before / signals.horizon_s, 0, 1)
    found = {}
    for channel in signals.channels:
        rise = RISE * near * (channel.name in watched)
        parts = NORMAL + rise + rng.normal(0, NOISE, len(before))
        found[channel.name] = channel.low + parts * (channel.high - channel.low)
    return found
