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
from rich.progress import track

from inference.contracts.zones import ZoneLayout
from lambdas.data_prep.spec import KindSpec
from sandbox.demo.domain import Demo, DemoError, Question, ReadFile
from sandbox.demo.rehearsal import rehearse_tables
from sandbox.demo.uploads import SCHEMA, described, tables_below
from sandbox.demo.zone_windows import Site, ZoneQuestion
from sandbox.demo.zones_picture import Point, Scene, draw
from sandbox.deployment import Deployment

LAYOUT = "zones.json"
HAZARDS, NUISANCES = 6, 6


class SensorZonesDemo(Demo):
    """Raw data are .csv and .parquet files in any folders, and perhaps `schema.json`; a module says name and prefix."""

    prefix: str
    """Below which its definition has tables in the raw bucket."""

    def check(self, raw: Path) -> None:
        if not tables_below(raw):
            raise DemoError(f"{raw} holds no readings: it needs .csv or .parquet files ({SCHEMA} describes them)")

    def data(self) -> KindSpec | None:
        """The definition's; None: what data prep says of a person's own data is known when it is deployed."""
        return None

    def rehearse(self, raw: Path) -> Sequence[str]:
        data = self.data()
        return () if data is None else rehearse_tables(data, raw, described(raw))

    def upload(self, raw: Path, deployment: Deployment) -> None:
        bucket = deployment.output(self.name, "RawBucket")
        for file in track(described(raw), f"{self.name}: uploading readings"):
            key = f"{self.prefix}{file.relative_to(raw).as_posix()}"
            deployment.s3.upload_file(str(file), bucket, key)

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
