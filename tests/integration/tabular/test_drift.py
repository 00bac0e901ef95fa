"""Captures of a real package's answers against its own baseline: no drift is small, a shifted instrument is large."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from inference.contracts import Baseline, Capture, Split
from inference.contracts.tasks import task_of
from inference.contracts.tasks.base import Question
from inference.package import load_manifest
from inference.predictor import Predictor, open_predictor
from inference.tabular.predictor import HazardDetector
from lambdas.common.psi import expected_psi, psi
from lambdas.router.captures import capture_lines
from lambdas.router.outcome import Outcome
from lambdas.router.serve import Served
from stacks.domains.battery.signals import SIGNALS
from training_containers.tabular.data import read_dataset
from training_containers.tabular.golden import request_at
from training_containers.tabular.windows import make_windows

EVERY = 11
JSON = "application/json"
Change = Callable[[dict], dict]


@pytest.fixture(scope="module")
def package(trained: Path) -> HazardDetector:
    predictor = open_predictor(trained / "model", load_manifest(trained / "model"))
    assert isinstance(predictor, HazardDetector)
    return predictor


@pytest.fixture(scope="module")
def baseline(trained: Path) -> Baseline:
    return Baseline.model_validate_json((trained / "model" / "baseline.json").read_bytes())


@pytest.fixture(scope="module")
def bodies(trained: Path, package: HazardDetector) -> list[bytes]:
    """Requests as callers send them, one after the other through the held-out recordings."""
    dataset = read_dataset(trained / "input" / "data" / "dataset")
    found = []
    for split in (Split.VALIDATION, Split.TEST):
        series = dataset.of(split)
        windows = make_windows(series, package.features, SIGNALS.horizon_s, SIGNALS)
        found += [
            request_at(series[windows.series[row]], windows.time[row], SIGNALS)
            for row in range(0, len(windows.lead), EVERY)
        ]
    return found


def captures(package: Predictor, bodies: list[bytes], change: Change = lambda reading: reading) -> list[Capture]:
    """What the router records of the answers to requests whose readings were changed."""
    found = []
    for body in bodies:
        (window,) = json.loads(body)["windows"]
        window["readings"] = [change(reading) for reading in window["readings"]]
        asked = json.dumps({"windows": [window]}).encode()
        answer = package.predict(asked, JSON)
        served = Served(Outcome("r1", answer, None, 1.0), None, None)
        question = Question(asked, JSON, window["module_id"], {"bytes": len(asked)})
        lines = capture_lines(task_of("tabular"), served, answer, question, "battery", "id", datetime.now(UTC), 1.0)
        found += map(Capture.model_validate_json, lines.splitlines())
    return found


def indexes(baseline: Baseline, found: list[Capture]) -> dict[str, float]:
    return {
        name: psi(bins, baseline.items, [capture.features[name] for capture in found])
        for name, bins in baseline.features.items()
    }


def test_most_of_the_baseline_is_healthy(baseline: Baseline) -> None:
    assert baseline.labels["healthy"] > 0.8


def test_the_same_recordings_have_not_drifted(baseline: Baseline, package: HazardDetector, bodies: list[bytes]) -> None:
    found = captures(package, bodies)
    limit = 3 * max(expected_psi(bins, baseline.items, len(found)) for bins in baseline.features.values())
    assert {name: index for name, index in indexes(baseline, found).items() if index > limit} == {}


def test_a_thermometer_that_shows_ten_degrees_more_has(
    baseline: Baseline, package: HazardDetector, bodies: list[bytes]
) -> None:
    found = captures(package, bodies, lambda reading: {**reading, "ambient_c": reading.get("ambient_c", 20.0) + 10})
    drifted = indexes(baseline, found)
    assert drifted["ambient_c:mean_1m"] > 1
    assert drifted["voltage_v:mean_1m"] < 0.2
