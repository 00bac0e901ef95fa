"""The demo's side of the `fire` domain: simulated buildings."""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from rich.progress import Progress

from sandbox.demo.sensor_zones import SensorZonesDemo
from sandbox.simulators.fire import CampaignOptions, simulate_campaign

CAMPAIGN = CampaignOptions(sites=8, days=3, hours=8, fires=21)
"""As many fires as in whole days, so that a test split of minutes has some."""


class FireDemo(SensorZonesDemo):
    name = "fire"
    prefix = "readings/"

    def generate(self, folder: Path, bars: Progress) -> Path:
        parts = simulate_campaign(CAMPAIGN, folder, workers=os.cpu_count() or 1)
        for _ in bars.track(parts, total=CAMPAIGN.sites * CAMPAIGN.days, description="fire: simulating buildings"):
            pass
        return folder

    def trainings(self, raw: Path, own: bool) -> Sequence[dict[str, Any]]:
        # Trees first, in seconds; then all members.
        return ({"members": "trees", "rounds": 60}, {"skipDataPrep": True})


DEMO = FireDemo()
