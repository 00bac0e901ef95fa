"""Readings in zones as files, and the dataset version that they become."""

from pathlib import Path

import pandas as pd
import pytest

from lambdas.data_prep.publish import publish
from lambdas.data_prep.sensor_zones.prepare import prepare
from tests.unit.zone_readings import inputs, readings


@pytest.fixture(scope="module")
def table() -> pd.DataFrame:
    return readings()


@pytest.fixture
def raw(tmp_path: Path) -> Path:
    (tmp_path / "bucket" / "raw").mkdir(parents=True)
    return tmp_path / "bucket"


def version(raw: Path, out: Path, **given) -> Path:
    """The folder of the dataset version that these files become."""
    ours = inputs(raw, out, **given)
    result = publish("fire", ours.spec, prepare(ours), ours.artifacts)
    return Path(result.uri.removeprefix("s3://"))
