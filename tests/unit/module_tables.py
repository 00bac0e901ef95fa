"""Readings of a battery's modules as files, and what a check finds in them."""

from collections.abc import Callable

import pandas as pd

from lambdas.data_prep.telemetry.check import Checked, check
from lambdas.data_prep.telemetry.reading import read_table
from lambdas.data_prep.telemetry.schema import TelemetrySchema
from stacks.domains.battery.signals import SIGNALS

HEALTHY = dict(zip(SIGNALS.channel_names, (46.0, 10.0, 27.0, 28.0, 22.0, 120.0, 4.0), strict=True))
Change = Callable[[pd.DataFrame], pd.DataFrame]


def table(rows: int = 60) -> pd.DataFrame:
    times = pd.date_range("2026-01-05T06:00:00Z", periods=rows, freq="10s").strftime("%Y-%m-%dT%H:%M:%SZ")
    return pd.DataFrame({"timestamp": times, "module_id": "m1", **HEALTHY, "runaway": 0})


def csv(frame: pd.DataFrame) -> bytes:
    return frame.to_csv(index=False).encode()


def checked(frame: pd.DataFrame, schema: TelemetrySchema | None = None) -> Checked:
    return check(
        "bad.csv", read_table("bad.csv", csv(frame)), schema if schema is not None else TelemetrySchema(SIGNALS)
    )
