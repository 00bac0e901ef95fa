"""The demo of sensors in zones knows its domain by the dataset version alone."""

import json
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from inference.contracts.zones import ZoneChannel, ZoneLayout, ZoneSignals
from inference.sensor_zones.input import ZoneReader
from sandbox.demo.domain import DemoError
from sandbox.demo.sensor_zones import SensorZonesDemo
from sandbox.demo.zone_windows import ZoneQuestion

SIGNALS = ZoneSignals(
    channels=(
        ZoneChannel(name="level_m", unit="m", low=0, high=10),
        ZoneChannel(name="flow_l_s", unit="l/s", low=0, high=500),
    ),
    calm="dry",
    hazard="flood",
)
ZONES, STEPS = ("cellar", "hall", "loft"), 2000
BEGINS, ENDS, SPLASH = 600, 700, 1500
TABLE = "tables/house/2026-01-05.parquet"


class FloodDemo(SensorZonesDemo):
    name = "flood"
    prefix = "water/"

    def trainings(self, raw: Path, own: bool) -> tuple[dict[str, Any], ...]:
        return ({},)


@pytest.fixture(scope="module")
def table() -> pd.DataFrame:
    """As data prep leaves it: the cellar is flooded, something is spilt in the hall, one sensor is dead."""
    rng = np.random.default_rng(0)
    times = pd.date_range("2026-01-05", periods=STEPS, freq="10s", tz="UTC")
    columns = []
    for zone in ZONES:
        for sensor in range(2):
            level = 1 + 0.01 * rng.standard_normal(STEPS).astype(np.float32)
            level[BEGINS:ENDS] += 3 * (zone == "cellar")
            level[SPLASH : SPLASH + 20] += 2 * (zone == "hall")
            if (zone, sensor) == ("loft", 1):
                level[:] = np.nan
            flow = np.where(np.isnan(level), level, np.float32(7))
            burns = (zone == "cellar") & (np.arange(STEPS) >= BEGINS) & (np.arange(STEPS) < ENDS)
            names = {"timestamp": times, "zone_id": zone, "sensor_id": f"{zone}/{sensor}"}
            columns.append(pd.DataFrame({**names, "level_m": level, "flow_l_s": flow, "hazard": burns}))
    return pd.concat(columns).sort_values(["timestamp", "sensor_id"])


@pytest.fixture(scope="module")
def questions(table: pd.DataFrame) -> list[ZoneQuestion]:
    parquet = BytesIO()
    table.to_parquet(parquet)
    layout = ZoneLayout(signals=SIGNALS, adjacent={"cellar": ("hall", "elsewhere"), "hall": ("cellar", "loft")})
    files = {TABLE: parquet.getvalue(), "zones.json": layout.model_dump_json().encode()}
    found = FloodDemo().questions(Path(), [{"path": TABLE}], files.__getitem__)
    return [one for one in found if isinstance(one, ZoneQuestion)]


def test_a_hazard_is_asked_about_from_before_it_begins(questions: list[ZoneQuestion]) -> None:
    of_cellar = {one.minutes: one.truth for one in questions if one.burns}

    assert {one.entity_id for one in questions if one.burns} == {"cellar"}
    assert of_cellar[-4] == of_cellar[-2] == "dry"
    assert of_cellar[0.5] == of_cellar[14] == "flood"


def test_a_calm_zone_is_asked_about_when_it_is_most_unusual(questions: list[ZoneQuestion]) -> None:
    calm = [one for one in questions if not one.burns]

    assert {one.truth for one in calm} == {"dry"}
    assert {one.entity_id for one in calm} == {"hall", "cellar", "loft"}
    assert calm[0].entity_id == "hall"  # the strangest of all comes first
    ends = json.loads(calm[0].body)["windows"][0]["sensors"]["hall/0"][-1]["timestamp"]
    splash = pd.Timestamp("2026-01-05", tz="UTC") + pd.Timedelta(seconds=10 * SPLASH)
    assert abs(pd.Timestamp(ends) - splash - pd.Timedelta(minutes=calm[0].minutes)) < pd.Timedelta(minutes=4)


def test_a_nuisance_is_far_from_any_hazard_of_its_zone(questions: list[ZoneQuestion]) -> None:
    cellar = [one for one in questions if one.entity_id == "cellar" and not one.burns]
    first = min(json.loads(one.body)["windows"][0]["sensors"]["cellar/0"][-1]["timestamp"] for one in cellar)

    assert pd.Timestamp(first) > pd.Timestamp("2026-01-05", tz="UTC") + pd.Timedelta(seconds=10 * (ENDS + 300))


def test_the_service_can_read_each(questions: list[ZoneQuestion]) -> None:
    reader = ZoneReader(SIGNALS)

    assert [reader.read(question.body)[0].zone_id for question in questions] == [one.entity_id for one in questions]


def test_what_was_not_measured_is_not_sent(questions: list[ZoneQuestion]) -> None:
    hall = next(one for one in questions if one.entity_id == "hall")
    (window,) = json.loads(hall.body)["windows"]

    assert set(window["adjacent"]) == {"cellar", "loft"}
    assert set(window["adjacent"]["loft"]) == {"loft/0"}


def test_the_picture_shows_tiers_of_both(questions: list[ZoneQuestion], tmp_path: Path) -> None:
    tiers = {"networks": 0.4, "trees": 0.6, "ensemble": 0.7}
    answers = [{"predictions": [{"label": one.truth, "tiers": tiers}]} for one in questions]
    FloodDemo().picture(questions, answers, tmp_path / "flood.png")

    assert (tmp_path / "flood.png").read_bytes().startswith(b"\x89PNG")


def test_a_folder_without_tables_is_refused(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").touch()
    with pytest.raises(DemoError, match="holds no readings"):
        FloodDemo().check(tmp_path)
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "day.csv").touch()
    FloodDemo().check(tmp_path)
