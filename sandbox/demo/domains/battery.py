"""The demo's side of the `battery` domain: simulated sites."""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pandas as pd
from rich.progress import Progress

from lambdas.data_prep.spec import KindSpec
from sandbox.demo.telemetry import TelemetryDemo
from sandbox.simulators.battery import FleetOptions, draw_first_event, simulate_fleet


class BatteryDemo(TelemetryDemo):
    name = "battery"
    prefix = "telemetry/"

    def generate(self, folder: Path, bars: Progress) -> Path:
        options = FleetOptions()
        recordings = simulate_fleet(options, folder, workers=os.cpu_count() or 1)
        for _ in bars.track(recordings, total=options.sites, description="battery: simulating sites"):
            pass
        _write_blemishes(folder)
        draw_first_event(options, folder / "first-runaway.png")
        return folder

    def data(self) -> KindSpec:
        from stacks.domains.battery.definition import BATTERY  # with it comes the CDK, in seconds

        return BATTERY.data

    def trainings(self, raw: Path, own: bool) -> Sequence[dict[str, Any]]:
        # A first model without a search, from a third of the sound windows; then one searched for, from all of them.
        return ({"trials": 0, "negatives": 10_000}, {"trials": 2, "skipDataPrep": True})


def _write_blemishes(folder: Path) -> None:
    """Files as they happen: an export that broke off, and one in other units. Data prep names both and goes on."""
    (folder / "broke-off.csv").touch()
    table = pd.read_parquet(min(folder.glob("*.parquet"))).head(1000)
    table["temperature_max_c"] += 273.15
    table.to_csv(folder / "in-kelvin.csv", index=False)


DEMO = BatteryDemo()
