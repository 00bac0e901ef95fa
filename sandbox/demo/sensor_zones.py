"""The demo of a domain of sensors in zones: a folder of tables in, windows of zones as questions.

What is measured, on which grid and of what to warn stands in the dataset version, as data prep read it.
"""

from collections.abc import Sequence
from io import BytesIO
from itertools import groupby
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from inference.contracts.zones import ZoneLayout
from sandbox.demo.domain import Question, ReadFile
from sandbox.demo.tables import TablesDemo
from sandbox.demo.zone_windows import Site, ZoneQuestion
from sandbox.demo.zones_picture import Point, Scene, draw

LAYOUT = "zones.json"
HAZARDS, NUISANCES = 6, 6


class SensorZonesDemo(TablesDemo):
    """A module says name and prefix."""

    contents = "readings"

    def questions(self, raw: Path, items: Sequence[dict[str, Any]], read: ReadFile) -> Sequence[Question]:
        """Windows around hazards, and around the most unusual moments of zones without."""
        layout = ZoneLayout.model_validate_json(read(LAYOUT))
        burning, calm = [], []
        for item in items:
            site = Site(pd.read_parquet(BytesIO(read(item["path"]))), layout)
            burning += [(site, zone, step) for zone, step in site.hazards()]
            calm += [(strength, site, zone, step) for strength, zone, step in site.nuisances()]
        unusual = sorted(calm, key=lambda one: -one[0])[:NUISANCES]
        questions: list[Question] = []
        for site, zone, step in _spread(burning, HAZARDS):
            questions += site.questions(zone, step, burns=True)
        for _, site, zone, step in unusual:
            questions += site.questions(zone, step, burns=False)
        return questions

    def label(self, answer: dict[str, Any]) -> str:
        return answer["predictions"][0]["label"]

    def picture(self, questions: Sequence[Question], answers: Sequence[dict[str, Any]], file: Path) -> None:
        """What the tiers make of hazards as they grow, beside what is none."""
        pairs = zip((one for one in questions if isinstance(one, ZoneQuestion)), answers, strict=True)
        scenes = []
        for title, of_scene in groupby(pairs, key=lambda pair: pair[0].scene):
            asked, told = zip(*of_scene, strict=True)
            points = [
                Point(question.minutes, self.label(answer) == question.hazard, answer["predictions"][0]["tiers"])
                for question, answer in zip(asked, told, strict=True)
            ]
            scenes.append(Scene(title, asked[0].burns, points))
        draw(scenes, file)


def _spread(found: Sequence[Any], count: int) -> list[Any]:
    """So many of them, from first to last."""
    chosen = np.unique(np.linspace(0, len(found) - 1, min(count, len(found))).astype(int)) if found else ()
    return [found[number] for number in chosen]
