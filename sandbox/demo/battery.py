"""The demo's side of the `battery` domain: simulated sites in, windows of modules as questions."""

import json
import os
from collections.abc import Sequence
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

import matplotlib.pyplot as plt
import pandas as pd
from rich.progress import track

from inference.contracts.telemetry import CHANNEL_NAMES, HAZARD, HISTORY_STEPS, HORIZON_SECONDS
from sandbox.demo.deployment import Deployment
from sandbox.demo.domain import DemoError, Question, ReadFile
from sandbox.simulators.battery import FleetOptions, simulate_fleet

HAZARDS, HEALTHY = 20, 40
SECONDS_BEFORE_RUNAWAY = HORIZON_SECONDS // 2
TABLES = (".csv", ".parquet")


class BatteryDemo:
    name = "battery"

    def generate(self, folder: Path) -> Path:
        options = FleetOptions()
        recordings = simulate_fleet(options, folder, workers=os.cpu_count() or 1)
        for _ in track(recordings, "battery: simulating sites", total=options.sites):
            pass
        return folder

    def check(self, raw: Path) -> None:
        if not _tables(raw):
            raise DemoError(f"{raw} holds no telemetry: it needs .csv or .parquet files (schema.json renames columns)")

    def context(self, raw: Path) -> dict[str, str]:
        return {}

    def upload(self, raw: Path, deployment: Deployment) -> None:
        bucket = deployment.of_domain(self.name, "RawBucket")
        schema = [file for file in [raw / "schema.json"] if file.is_file()]
        for file in track([*_tables(raw), *schema], "battery: uploading telemetry"):
            deployment.s3.put_object(Bucket=bucket, Key=f"telemetry/{file.name}", Body=file.read_bytes())

    def trainings(self, raw: Path) -> Sequence[dict[str, Any]]:
        return ({"trials": 3}, {"trials": 6, "seed": 1, "skipDataPrep": True})

    def questions(self, raw: Path, items: Sequence[dict[str, Any]], read: ReadFile) -> Sequence[Question]:
        table = cache(lambda path: pd.read_parquet(BytesIO(read(path))))
        hazards = [item for item in items if item["label"] == HAZARD][:HAZARDS]
        healthy = [item for item in items if item["label"] != HAZARD][:HEALTHY]
        windows = [(item, _window(table(item["path"]), item)) for item in hazards + healthy]
        return [
            Question(
                name=f"{item['group']}/{item['module']}",
                body=json.dumps({"windows": [{"module_id": item["module"], "readings": readings}]}).encode(),
                content_type="application/json",
                entity_id=item["module"],
                truth=item["label"],
            )
            for item, readings in windows
            if readings
        ]

    def is_right(self, question: Question, answer: dict[str, Any]) -> bool:
        return answer["predictions"][0]["label"] == question.truth

    def picture(self, questions: Sequence[Question], answers: Sequence[dict[str, Any]], file: Path) -> None:
        """Hazard probability of every window asked about: what ran away five minutes later, and what did not."""
        figure, axes = plt.subplots(figsize=(8, 3.5), layout="constrained")
        for label, colour in (("hazard", "tab:red"), ("healthy", "tab:green")):
            values = [
                answer["predictions"][0]["hazard_probability"]
                for question, answer in zip(questions, answers, strict=True)
                if question.truth == label
            ]
            axes.scatter(range(len(values)), values, color=colour, label=label)
        axes.set(xlabel="window", ylabel="hazard probability", ylim=(-0.03, 1.03))
        axes.legend(title=f"what it was {SECONDS_BEFORE_RUNAWAY} s later")
        figure.savefig(file, dpi=120)
        plt.close(figure)


def _tables(raw: Path) -> list[Path]:
    return sorted(file for file in raw.glob("*") if file.suffix in TABLES)


def _window(table: pd.DataFrame, item: dict[str, Any]) -> list[dict[str, Any]]:
    """Readings of a test module: of a hazard, those that end minutes before it; else the middle of its recording."""
    times = pd.to_datetime(table["timestamp"], utc=True)
    rows = table[(table["module_id"] == item["module"]) & (times >= item["starts"]) & (times < item["ends"])]
    end = rows["timestamp"].iloc[len(rows) // 2]
    if item["label"] == HAZARD:
        end = rows.loc[rows["runaway"], "timestamp"].min() - pd.Timedelta(seconds=SECONDS_BEFORE_RUNAWAY)
    recent = rows[rows["timestamp"] <= end].tail(HISTORY_STEPS)
    if len(recent) < HISTORY_STEPS:
        return []
    numbers = recent[list(CHANNEL_NAMES)].astype(float)
    values = numbers.astype(object).where(numbers.notna(), None).to_dict("records")
    return [{"timestamp": at.isoformat(), **one} for at, one in zip(recent["timestamp"], values, strict=True)]
