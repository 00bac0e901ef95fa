"""The demo of telemetry knows its domain by the dataset version's signals alone."""

import json
import shutil
from io import BytesIO
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from inference.tabular.input import WindowReader
from lambdas.data_prep.spec import KindSpec
from sandbox.demo import rehearsal
from sandbox.demo.domain import DemoError, Question
from sandbox.demo.telemetry import TelemetryDemo
from tests.toys import pumps

TABLE = "tables/plant-0.parquet"


class PumpsDemo(TelemetryDemo):
    name = "pumps"
    prefix = "pumps/"

    def trainings(self, raw: Path, own: bool) -> tuple[dict[str, Any], ...]:
        return ({},)

    def data(self) -> KindSpec:
        return pumps.SPEC


def test_own_tables_are_tried_before_anything_is_deployed_whatever_their_folder_and_suffix(tmp_path: Path) -> None:
    tables = pumps.tables()
    for number, (name, body) in enumerate(tables.items()):
        file = tmp_path / f"site-{number}" / name.replace(".csv", ".CSV")
        file.parent.mkdir()
        file.write_bytes(body)
    (tmp_path / ".hidden.csv").write_text("x")
    (tmp_path / "other.csv").write_text("time,pump\n1,2\n")
    PumpsDemo().check(tmp_path)
    (line,) = [one for one in PumpsDemo().rehearse(tmp_path) if one.startswith("left out: ")]
    assert "other.csv: the columns timestamp" in line
    assert "the file has time, pump" in line
    for folder in tmp_path.glob("site-*"):
        shutil.rmtree(folder)
    with pytest.raises(DemoError, match=r"None of the 1 files is usable telemetry. other.csv: the columns timestamp"):
        PumpsDemo().rehearse(tmp_path)


def test_tables_that_take_long_are_not_tried(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "other.csv").write_text("time,pump\n1,2\n")
    monkeypatch.setattr(rehearsal, "MOST_BYTES", 3)
    assert PumpsDemo().rehearse(tmp_path) == []


@pytest.fixture(scope="module")
def plant() -> pd.DataFrame:
    """One plant, as data prep leaves it: the first of its pumps bursts."""
    table = pd.read_csv(BytesIO(pumps.tables()["plant-00.csv"]), parse_dates=["timestamp"])
    return table.astype({"burst": bool})


@pytest.fixture(scope="module")
def questions(plant: pd.DataFrame) -> list[Question]:
    parquet = BytesIO()
    plant.to_parquet(parquet)
    times = {"starts": plant["timestamp"].min().isoformat(), "ends": "2027-01-01T00:00:00+00:00"}
    labels = zip(plant["pump_id"].unique(), ("leaking", "tight", "tight", "tight"), strict=True)
    items = [{"path": TABLE, "entity": pump, "label": label, **times} for pump, label in labels]
    summary = json.dumps({"contents": pumps.SIGNALS.model_dump(mode="json")})
    files = {TABLE: parquet.getvalue(), "dataset.json": summary.encode()}
    return list(PumpsDemo().questions(Path(), items, files.__getitem__))


def test_questions_are_windows_before_the_event_and_windows_of_the_others(questions: list[Question]) -> None:
    truths = {question.name: question.truth for question in questions}
    assert truths.pop("p0-0, 1 minutes before") == truths.pop("p0-0, 2 minutes before") == "leaking"
    assert {"p0-0, 3 minutes before", "p0-0, 10 minutes before", "p0-1", "p0-2", "p0-3"} <= set(truths)
    assert set(truths.values()) == {"tight"}


def test_the_domain_can_read_each(questions: list[Question]) -> None:
    reader = WindowReader(pumps.SIGNALS)
    assert [reader.read(question.body)[0].entity_id for question in questions] == [one.entity_id for one in questions]
    assert {len(json.loads(question.body)["windows"][0]["readings"]) for question in questions} == {
        pumps.SIGNALS.history_steps
    }


def test_the_picture_needs_the_domains_words_only(questions: list[Question], tmp_path: Path) -> None:
    answers = [{"predictions": [{"label": one.truth, "scores": {"tight": 0.1, "leaking": 0.9}}]} for one in questions]
    PumpsDemo().picture(questions, answers, tmp_path / "pumps.png")
    assert (tmp_path / "pumps.png").read_bytes().startswith(b"\x89PNG")
