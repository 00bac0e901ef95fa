"""The files that the simulator writes, and what its instruments do to the truth."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from sandbox.simulators.battery import FleetOptions, draw_first_event, simulate_fleet
from stacks.domains.battery.signals import SIGNALS

SMALL = FleetOptions(sites=2, hours=0.5, seed=3)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("fleet")
    list(simulate_fleet(SMALL, folder))
    return folder


@pytest.mark.parametrize(("field", "value"), [("sites", 0), ("hours", 0.1), ("faults_per_site", 65), ("step", 60)])
def test_options_out_of_range_are_named(field: str, value: float) -> None:
    with pytest.raises(ValueError, match=f"{field} is {value}; it must be"):
        FleetOptions(**{field: value})


def test_one_file_a_site_in_the_documented_columns(folder: Path) -> None:
    table = pd.read_parquet(folder / "site-001.parquet")
    assert list(table.columns) == ["timestamp", "site_id", "module_id", *SIGNALS.channel_names, "runaway", "fault"]
    assert table.module_id.nunique() == 64
    assert str(table.timestamp.dt.tz) == "UTC"


def test_readings_are_plausible_and_imperfect(folder: Path) -> None:
    table = pd.read_parquet(folder / "site-000.parquet")
    for channel in SIGNALS.channels:
        values = table[channel.name]
        assert values.min() >= channel.low
        assert values.max() <= channel.high
        assert 0.001 < values.isna().mean() < 0.05
        assert values.std() > 0


def test_the_same_seed_writes_the_same_files(folder: Path, tmp_path: Path) -> None:
    list(simulate_fleet(SMALL, tmp_path, workers=2))
    for path in folder.glob("*.parquet"):
        pd.testing.assert_frame_equal(pd.read_parquet(path), pd.read_parquet(tmp_path / path.name))


def test_another_seed_writes_others(folder: Path, tmp_path: Path) -> None:
    list(simulate_fleet(FleetOptions(sites=1, hours=0.5, seed=4), tmp_path))
    mine, other = (pd.read_parquet(place / "site-000.parquet").voltage_v.iloc[:100] for place in (folder, tmp_path))
    assert not np.allclose(mine, other, equal_nan=True)


def test_dummy_paints_the_anomalies_asked_for(tmp_path: Path) -> None:
    (recording,) = simulate_fleet(FleetOptions(sites=1, hours=1.0, dummy=True), tmp_path)
    assert recording.runaways == 3


def test_picture_of_an_event(tmp_path: Path) -> None:
    draw_first_event(FleetOptions(sites=1, hours=0.5), tmp_path / "event.png")
    assert (tmp_path / "event.png").read_bytes().startswith(b"\x89PNG")
