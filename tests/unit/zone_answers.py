"""A served ensemble of zones, and its answer to one window."""

from typing import Any

import pytest

from inference.sensor_zones.predictor import ZoneDetector
from tests.toys.zones import body, detector, window

JSON = "application/json"


@pytest.fixture(scope="module")
def zones(tmp_path_factory: pytest.TempPathFactory) -> ZoneDetector:
    return detector(tmp_path_factory.mktemp("package"))


def answer(zones: ZoneDetector, **changes: Any) -> dict[str, Any]:
    (found,) = zones.predict(body(window(**changes)), JSON)["predictions"]
    return found
