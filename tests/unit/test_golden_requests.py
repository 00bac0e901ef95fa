"""Which answers a release must repeat: sure ones, close ones, and pictures as their camera made them."""

import base64
import io
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from inference.contracts import DatasetSummary, GoldenRequest, Item, Split
from inference.contracts.tasks.image_classification import ClassPrediction
from inference.contracts.telemetry_item import TelemetryItem
from inference.image_classification.input import ImageInput
from inference.tabular.features import Preparation
from inference.tabular.predictor import HazardDetector, TabularInput
from stacks.domains.battery.signals import SIGNALS
from training_containers.image_classification.answers import answers_to, golden_requests
from training_containers.image_classification.data import Dataset
from training_containers.image_classification.golden import LARGEST_ORIGINAL, ORIGINALS_TOGETHER
from training_containers.tabular.baseline import baseline_of
from training_containers.tabular.data import Series
from training_containers.tabular.golden import TOLERANCE, golden_answer, requests_for
from training_containers.tabular.windows import Windows, make_windows

BEGINS = datetime(2026, 1, 5, 6, tzinfo=UTC)
THRESHOLD = 0.5
STEPS = 600
HEAT = SIGNALS.feature_names.index("temperature_max_c:now")


class Logistic:
    """Stands in for an ONNX session: even odds at 50 C on the hottest surface."""

    def get_inputs(self) -> list:
        return [type("Input", (), {"name": "features"})]

    def run(self, _outputs: list[str], inputs: dict[str, np.ndarray]) -> list[np.ndarray]:
        hazard = 1 / (1 + np.exp((50 - inputs["features"][:, HEAT]) / 3))
        return [np.column_stack([1 - hazard, hazard]).astype(np.float32)]


@pytest.fixture
def detector() -> HazardDetector:
    wide = {"low": (-1e6,) * len(SIGNALS.channel_names), "high": (1e6,) * len(SIGNALS.channel_names)}
    preparation = Preparation(**wide, typical=(25.0,) * len(SIGNALS.feature_names))
    return HazardDetector(
        Logistic(),
        TabularInput(signals=SIGNALS, features=SIGNALS.feature_names, horizon_s=600, preparation=preparation),
        THRESHOLD,
    )


@pytest.fixture
def series() -> Series:
    """A module that warms up from 20 C to 80 C."""
    item = TelemetryItem(
        path="t.parquet", label="healthy", split=Split.TEST, group="g", entity="m",
        starts=BEGINS, ends=BEGINS + timedelta(days=1),
    )  # fmt: skip
    grid = np.tile(np.array([46.0, 10.0, 27.0, 28.0, 22.0, 120.0, 4.0], np.float32), (STEPS, 1))
    grid[:, SIGNALS.channel_names.index("temperature_max_c")] = np.linspace(20, 80, STEPS)
    first = round(BEGINS.timestamp()) // SIGNALS.step_s
    return Series(item, first, grid, np.inf, (BEGINS + timedelta(days=1)).timestamp())


@pytest.fixture
def windows(detector: HazardDetector, series: Series) -> Windows:
    return make_windows([series], detector.features, SIGNALS.horizon_s, SIGNALS)


def golden_of(detector: HazardDetector, series: Series, windows: Windows) -> list[GoldenRequest]:
    scores = detector.probabilities(windows.features).astype(np.float64)
    bodies = requests_for([series], windows, scores, detector.threshold)
    return [golden_answer(detector, body, scores[row]) for row, body in bodies.items()]


def test_the_windows_nearest_the_threshold_are_replayed_on_both_sides(
    detector: HazardDetector, series: Series, windows: Windows
) -> None:
    golden = golden_of(detector, series, windows)
    replayed = sorted(request.answer["predictions"][0]["scores"]["hazard"] for request in golden)
    scores = np.sort(detector.probabilities(windows.features))
    above, below = scores[scores >= THRESHOLD], scores[scores < THRESHOLD]
    assert {round(float(score), 6) for score in (*above[:2], *below[-2:], above[-1], below[0])} <= {
        round(score, 6) for score in replayed
    }
    assert all(request.tolerance == TOLERANCE for request in golden)


def test_a_threshold_that_is_slightly_another_fails_a_golden_request(
    detector: HazardDetector, series: Series, windows: Windows
) -> None:
    golden = golden_of(detector, series, windows)
    shifted = HazardDetector(Logistic(), detector.contract, THRESHOLD + 0.1)
    answers = [shifted.predict(base64.b64decode(one.body_base64), one.content_type)["predictions"][0] for one in golden]
    assert [answer["label"] for answer in answers] != [one.answer["predictions"][0]["label"] for one in golden]


def test_a_window_that_machines_may_decide_either_way_is_not_replayed(series: Series, windows: Windows) -> None:
    scores = np.full(len(windows.lead), THRESHOLD + TOLERANCE / 2)
    assert requests_for([series], windows, scores, THRESHOLD) == {}


def test_the_baseline_has_the_numbers_of_captures(detector: HazardDetector, windows: Windows) -> None:
    baseline = baseline_of(detector, windows.features)
    assert (baseline.items, set(baseline.features)) == (len(windows.lead), set(SIGNALS.feature_names))
    assert baseline.labels["healthy"] == pytest.approx(0.5, abs=0.1)


class Bright:
    """Answers by the picture's brightness."""

    def predict(self, body: bytes, content_type: str) -> dict:
        light = float(np.asarray(Image.open(io.BytesIO(body)).convert("L")).mean()) / 255
        scores = {"Dark": 1 - light, "Light": light}
        label = max(scores, key=lambda name: scores[name])
        return ClassPrediction(label=label, confidence=scores[label], scores=scores).model_dump()


def test_pictures_are_replayed_as_they_came_and_scaled_down(tmp_path: Path) -> None:
    noise = np.random.default_rng(0).integers(0, 256, (900, 900, 3), dtype=np.uint8)
    items = []
    for name, label, picture in (
        ("a.jpg", "Dark", Image.new("RGB", (80, 60), (10, 10, 10))),
        ("b.jpg", "Dark", Image.new("RGB", (80, 60), (30, 30, 30))),
        ("large.jpg", "Light", Image.fromarray(noise // 2 + 128)),
    ):
        picture.save(tmp_path / name, quality=100, subsampling=0)
        items.append(Item(path=name, label=label, split=Split.TEST, group=name))
    summary = DatasetSummary(domain="d", version="v1", classes=("Dark", "Light"), counts={}, duplicates=0)
    dataset = Dataset(summary, tuple(items), tmp_path)
    test = list(answers_to(Bright(), dataset, Split.TEST))
    golden = golden_requests(Bright(), dataset, test, ImageInput(size=32))
    bodies = [base64.b64decode(request.body_base64) for request in golden]
    assert (tmp_path / "large.jpg").stat().st_size > LARGEST_ORIGINAL
    assert [body for body in bodies if body.startswith(b"\xff\xd8")] == [
        (tmp_path / name).read_bytes() for name in ("a.jpg", "b.jpg")
    ]
    assert sum(body.startswith(b"\x89PNG") for body in bodies) == 2
    assert [request.answer["label"] for request in golden] == ["Dark", "Dark", "Dark", "Light"]


def test_many_large_originals_leave_the_requests_small_enough_to_be_read(tmp_path: Path) -> None:
    """A release reads at most 32 MiB of them, whatever number of classes there is."""
    noise = np.random.default_rng(0).integers(0, 256, (340, 340, 3), dtype=np.uint8)
    items = []
    for number in range(40):
        Image.fromarray(noise).save(tmp_path / f"{number}.jpg", quality=100, subsampling=0)
        items.append(Item(path=f"{number}.jpg", label=f"c{number}", split=Split.TEST, group=f"{number}"))
    size = (tmp_path / "0.jpg").stat().st_size
    assert size < LARGEST_ORIGINAL < ORIGINALS_TOGETHER < 40 * size
    summary = DatasetSummary(domain="d", version="v1", classes=("Dark", "Light"), counts={}, duplicates=0)
    dataset = Dataset(summary, tuple(items), tmp_path)
    golden = golden_requests(Bright(), dataset, list(answers_to(Bright(), dataset, Split.TEST)), ImageInput(size=32))
    originals = [len(one.body_base64) for one in golden if one.body_base64.startswith("/9j/")]
    assert 1 < len(originals) < 40
    assert sum(originals) < 32 * 1024 * 1024
    assert len(golden) == len(originals) + 40
