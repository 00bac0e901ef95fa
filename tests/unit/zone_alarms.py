"""Readings of one sensor whose alarm goes off now and then, as a stranger's file has them."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from tests.unit.zone_readings import SPEC

HOUR = SPEC.model_copy(update={"block_hours": 1.0})
SCHEMA = {
    "timestamp": {"column": "UTC", "unit": "s"},
    "label": "Fire Alarm",
    "channels": [
        {"name": "temperature_c", "column": "Temperature[F]", "unit": "degF"},
        {"name": "pressure_hpa", "column": "Pressure[hPa]", "unit": "hPa", "low": 800, "high": 1100},
    ],
}


def alarms(starts: list[int], hours: int = 24) -> pd.DataFrame:
    """One sensor, a row a minute; ten minutes of alarm from each of these minutes on."""
    rng = np.random.default_rng(5)
    minutes = np.arange(hours * 60)
    fire = np.isin(minutes, [start + one for start in starts for one in range(10)])
    return pd.DataFrame(
        {
            "Fire Alarm": fire.astype(int),
            "UTC": 1_740_787_200 + 60 * minutes,
            "Temperature[F]": 68 + rng.normal(size=len(minutes)) + 50 * fire,
            "Pressure[hPa]": 1000 + rng.normal(size=len(minutes)),
        }
    )


def in_eleven_runs() -> pd.DataFrame:
    return alarms([60 * hour + 20 for hour in (1, 2, 4, 6, 8, 10, 13, 15, 18, 20, 22)])


@pytest.fixture
def raw(tmp_path: Path) -> Path:
    (tmp_path / "bucket" / "raw").mkdir(parents=True)
    (tmp_path / "bucket" / "raw" / "schema.json").write_text(json.dumps(SCHEMA))
    return tmp_path / "bucket"


def write(raw: Path, table: pd.DataFrame) -> None:
    table.sample(frac=1, random_state=1).to_csv(raw / "raw" / "alarms.csv", index=False)


def page(out: Path) -> str:
    return (out / "runs" / "fire" / "run" / "inspection.html").read_text()
