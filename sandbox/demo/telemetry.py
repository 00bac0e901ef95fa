"""The demo of a domain of telemetry: a folder of tables in, windows of entities as questions.

What is measured, how often and what to warn of stands in the dataset version, where the domain's definition put it.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

import matplotlib.pyplot as plt
import pandas as pd

from inference.contracts.telemetry import TIMESTAMP, Signals
from lambdas.common.artifacts import SUMMARY
from sandbox.demo.domain import Question, ReadFile
from sandbox.demo.tables import TablesDemo

EVENTS, OTHERS = 8, 40
MINUTES_BEFORE = (20, 16, 12, 10, 8, 6, 5, 4, 3, 2, 1)


@dataclass(frozen=True, kw_only=True)
class WindowQuestion(Question):
    """A window of an entity, and how many minutes before its event the window ends (None: it has none)."""

    minutes_before: int | None
    signals: Signals


class TelemetryDemo(TablesDemo):
    """A module says the name, prefix and trainings."""

    contents = "telemetry"

    def questions(self, raw: Path, items: Sequence[dict[str, Any]], read: ReadFile) -> Sequence[Question]:
        """Windows before one event of each of some sites, and one from the middle of some entities without any."""
        signals = Signals.model_validate(json.loads(read(SUMMARY))["contents"])
        table = cache(lambda path: pd.read_parquet(BytesIO(read(path))))
        questions: list[Question] = []
        of_each_site = {item["path"]: item for item in reversed(items) if item["label"] == signals.hazard}
        for item in sorted(of_each_site.values(), key=lambda item: item["path"])[:EVENTS]:
            rows = _rows(table(item["path"]), item, signals)
            event = rows.loc[rows[signals.event], TIMESTAMP].min()
            for minutes in MINUTES_BEFORE:
                questions += _question(item["entity"], rows, event - pd.Timedelta(minutes=minutes), minutes, signals)
        for item in [item for item in items if item["label"] != signals.hazard][:OTHERS]:
            rows = _rows(table(item["path"]), item, signals)
            questions += _question(item["entity"], rows, rows[TIMESTAMP].iloc[len(rows) // 2], None, signals)
        return questions

    def label(self, answer: dict[str, Any]) -> str:
        return answer["predictions"][0]["label"]

    def picture(self, questions: Sequence[Question], answers: Sequence[dict[str, Any]], file: Path) -> None:
        """How the hazard's probability rises for each failing entity, beside those that are well; alarms are filled."""
        figure, axes = plt.subplots(figsize=(9, 4.5), layout="constrained")
        asked = [question for question in questions if isinstance(question, WindowQuestion)]
        signals = asked[0].signals
        told = [answer["predictions"][0] for answer in answers]
        pairs = list(zip(asked, told, strict=True))
        well = [one["scores"][signals.hazard] for question, one in pairs if question.minutes_before is None]
        without = f"{len(well)} {signals.entity}s without one"
        axes.scatter([-22] * len(well), well, color="tab:green", alpha=0.4, label=without)
        for entity in dict.fromkeys(one.entity_id for one in asked if one.minutes_before is not None):
            points = [
                (-question.minutes_before, one["scores"][signals.hazard], one["label"] == signals.hazard)
                for question, one in pairs
                if question.entity_id == entity and question.minutes_before is not None
            ]
            minutes, probabilities, alarmed = zip(*points, strict=True)
            (line,) = axes.plot(minutes, probabilities, label=entity)
            colour = line.get_color()
            faces = [colour if alarm else "white" for alarm in alarmed]
            axes.scatter(minutes, probabilities, facecolors=faces, edgecolors=colour, zorder=3)
        axes.axvspan(-signals.horizon_s / 60, 0, color="tab:red", alpha=0.08, label="horizon")
        axes.set(xlabel=f"minutes to the {signals.event}", ylabel=f"{signals.hazard} probability", ylim=(-0.03, 1.03))
        axes.legend(fontsize="small", loc="center left", bbox_to_anchor=(1, 0.5))
        figure.savefig(file, dpi=120)
        plt.close(figure)


def _rows(table: pd.DataFrame, item: dict[str, Any], signals: Signals) -> pd.DataFrame:
    """What was recorded of an item."""
    times = pd.to_datetime(table[TIMESTAMP], utc=True)
    return table[(table[signals.entity_id] == item["entity"]) & (times >= item["starts"]) & (times < item["ends"])]


def _question(
    entity: str, rows: pd.DataFrame, end: pd.Timestamp, minutes: int | None, signals: Signals
) -> list[Question]:
    """The window that ends at `end`; none where too little was recorded before."""
    recent = rows[rows[TIMESTAMP] <= end].tail(signals.history_steps)
    if len(recent) < signals.history_steps:
        return []
    numbers = recent[list(signals.channel_names)].astype(float)
    values = numbers.astype(object).where(numbers.notna(), None).to_dict("records")
    readings = [{TIMESTAMP: at.isoformat(), **one} for at, one in zip(recent[TIMESTAMP], values, strict=True)]
    warned = minutes is not None and 60 * minutes <= signals.horizon_s
    return [
        WindowQuestion(
            name=entity if minutes is None else f"{entity}, {minutes} minutes before",
            body=json.dumps({"windows": [{signals.entity_id: entity, "readings": readings}]}).encode(),
            content_type="application/json",
            entity_id=entity,
            truth=signals.hazard if warned else signals.clear,
            minutes_before=minutes,
            signals=signals,
        )
    ]
