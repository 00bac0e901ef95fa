"""The demo's side of the `fire` domain: simulated buildings."""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from rich.progress import Progress

from lambdas.data_prep.spec import KindSpec
from sandbox.demo.sensor_zones import SensorZonesDemo
from sandbox.simulators.fire import CampaignOptions, simulate_campaign

CAMPAIGN = CampaignOptions(sites=12, days=3, hours=3, fires=21)
"""Three mornings of twelve buildings: false alarms are judged by drawing buildings, so some there must be."""
TREES = {"members": "trees", "folds": 2, "rounds": 20, "trees": 20, "mostRows": 15_000}
ALL = {"folds": 2, "epochs": 2, "mostWindows": 6000, "mostRows": 40_000, "rounds": 40, "trees": 40}


class FireDemo(SensorZonesDemo):
    name = "fire"
    prefix = "readings/"

    def generate(self, folder: Path, bars: Progress) -> Path:
        parts = simulate_campaign(CAMPAIGN, folder, workers=os.cpu_count() or 1)
        for _ in bars.track(parts, total=CAMPAIGN.sites * CAMPAIGN.days, description="fire: simulating buildings"):
            pass
        return folder

    def data(self) -> KindSpec:
        from stacks.domains.fire.definition import FIRE  # with it comes the CDK, in seconds

        return FIRE.data

    def trainings(self, raw: Path, own: bool) -> Sequence[dict[str, Any]]:
        # Trees first, in seconds; then all members.
        return (TREES, {**({} if own else ALL), "skipDataPrep": True})


DEMO = FireDemo()
