"""The demo's side of the `battery` domain: simulated sites in, windows of modules as questions."""

import json
import os
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

import matplotlib.pyplot as plt
import pandas as pd
from rich.progress import Progress, track

from sandbox.demo.domain import Demo, DemoError, Question, ReadFile
from sandbox.deployment import Deployment
from sandbox.simulators.battery import CHANNELS, FleetOptions, draw_first_event, simulate_fleet

RUNAWAYS, OTHERS = 8, 40
MINUTES_BEFORE = (20, 16, 12, 10, 8, 6, 5, 4, 3, 2, 1)
TABLES = (".csv", ".parquet")
HEALTHY, HAZARD = "healthy", "hazard"
HORIZON_MINUTES = 10
READINGS = 68
"""Of a window: what a prediction can make use of."""


@dataclass(frozen=True, kw_only=True)
class ModuleQuestion(Question):
    """A window of a module, and how many minutes before its runaway the window ends (None: it has none)."""

    module: str
    minutes_before: int | None


class BatteryDemo(Demo):
    name = "battery"

    def generate(self, folder: Path, bars: Progress) -> Path:
        options = FleetOptions()
        recordings = simulate_fleet(options, folder, workers=os.cpu_count() or 1)
        for _ in bars.track(recordings, total=options.sites, description="battery: simulating sites"):
            pass
        _write_blemishes(folder)
        draw_first_event(options, folder / "first-runaway.png")
        return folder

    def check(self, raw: Path) -> None:
        if not _tables(raw):
            raise DemoError(f"{raw} holds no telemetry: it needs .csv or .parquet files (schema.json renames columns)")

    def upload(self, raw: Path, deployment: Deployment) -> None:
        bucket = deployment.output(self.name, "RawBucket")
        schema = [file for file in [raw / "schema.json"] if file.is_file()]
        for file in track([*_tables(raw), *schema], "battery: uploading telemetry"):
            deployment.s3.put_object(Bucket=bucket, Key=f"telemetry/{file.name}", Body=file.read_bytes())

    def trainings(self, raw: Path, own: bool) -> Sequence[dict[str, Any]]:
        # A first model without a search, from a third of the sound windows; then one searched for, from all of them.
        return ({"trials": 0, "negatives": 10_000}, {"trials": 2, "skipDataPrep": True})

    def questions(self, raw: Path, items: Sequence[dict[str, Any]], read: ReadFile) -> Sequence[Question]:
        """Windows before one runaway of each of some sites, and one from the middle of some modules without any."""
        table = cache(lambda path: pd.read_parquet(BytesIO(read(path))))
        questions: list[Question] = []
        of_each_site = {item["path"]: item for item in reversed(items) if item["label"] == HAZARD}
        for item in sorted(of_each_site.values(), key=lambda item: item["path"])[:RUNAWAYS]:
            rows = _rows(table(item["path"]), item)
            runaway = rows.loc[rows["runaway"], "timestamp"].min()
            for minutes in MINUTES_BEFORE:
                questions += _question(item, rows, runaway - pd.Timedelta(minutes=minutes), minutes)
        for item in [item for item in items if item["label"] != HAZARD][:OTHERS]:
            rows = _rows(table(item["path"]), item)
            questions += _question(item, rows, rows["timestamp"].iloc[len(rows) // 2], None)
        return questions

    def label(self, answer: dict[str, Any]) -> str:
        return answer["predictions"][0]["label"]

    def picture(self, questions: Sequence[Question], answers: Sequence[dict[str, Any]], file: Path) -> None:
        """How the hazard probability of each failing module rises, beside modules that are well; alarms are filled."""
        figure, axes = plt.subplots(figsize=(9, 4.5), layout="constrained")
        asked = [question for question in questions if isinstance(question, ModuleQuestion)]
        told = [answer["predictions"][0] for answer in answers]
        pairs = list(zip(asked, told, strict=True))
        well = [one["hazard_probability"] for question, one in pairs if question.minutes_before is None]
        axes.scatter([-22] * len(well), well, color="tab:green", alpha=0.4, label=f"{len(well)} modules without one")
        for module in dict.fromkeys(one.module for one in asked if one.minutes_before is not None):
            points = [
                (-question.minutes_before, one["hazard_probability"], one["label"] == HAZARD)
                for question, one in pairs
                if question.module == module and question.minutes_before is not None
            ]
            minutes, probabilities, alarmed = zip(*points, strict=True)
            (line,) = axes.plot(minutes, probabilities, label=module)
            colour = line.get_color()
            faces = [colour if alarm else "white" for alarm in alarmed]
            axes.scatter(minutes, probabilities, facecolors=faces, edgecolors=colour, zorder=3)
        axes.axvspan(-HORIZON_MINUTES, 0, color="tab:red", alpha=0.08, label="horizon")
        axes.set(xlabel="minutes to the thermal runaway", ylabel="hazard probability", ylim=(-0.03, 1.03))
        axes.legend(fontsize="small", loc="center left", bbox_to_anchor=(1, 0.5))
        figure.savefig(file, dpi=120)
        plt.close(figure)


def _tables(raw: Path) -> list[Path]:
    return sorted(file for file in raw.glob("*") if file.suffix in TABLES)


def _write_blemishes(folder: Path) -> None:
    """Files as they happen: an export that broke off, and one in other units. Data prep names both and goes on."""
    (folder / "broke-off.csv").touch()
    table = pd.read_parquet(min(folder.glob("*.parquet"))).head(1000)
    table["temperature_max_c"] += 273.15
    table.to_csv(folder / "in-kelvin.csv", index=False)


def _rows(table: pd.DataFrame, item: dict[str, Any]) -> pd.DataFrame:
    """What was recorded of an item."""
    times = pd.to_datetime(table["timestamp"], utc=True)
    return table[(table["module_id"] == item["entity"]) & (times >= item["starts"]) & (times < item["ends"])]


def _question(item: dict[str, Any], rows: pd.DataFrame, end: pd.Timestamp, minutes: int | None) -> list[Question]:
    """The window that ends at `end`; none where too little was recorded before."""
    recent = rows[rows["timestamp"] <= end].tail(READINGS)
    if len(recent) < READINGS:
        return []
    numbers = recent[list(CHANNELS)].astype(float)
    values = numbers.astype(object).where(numbers.notna(), None).to_dict("records")
    readings = [{"timestamp": at.isoformat(), **one} for at, one in zip(recent["timestamp"], values, strict=True)]
    module = item["entity"]
    return [
        ModuleQuestion(
            name=module if minutes is None else f"{module}, {minutes} minutes before",
            body=json.dumps({"windows": [{"module_id": item["entity"], "readings": readings}]}).encode(),
            content_type="application/json",
            entity_id=module,
            truth=HAZARD if minutes is not None and minutes <= HORIZON_MINUTES else HEALTHY,
            module=module,
            minutes_before=minutes,
        )
    ]


DEMO = BatteryDemo()
