"""Captures of a real package's answers to pictures against its own baseline."""

import io
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageFilter

from inference.contracts import Baseline, Capture
from inference.contracts.tasks import task_of
from inference.contracts.tasks.base import Question
from inference.package import load_manifest
from inference.predictor import open_predictor
from lambdas.common.psi import expected_psi, psi
from lambdas.router.captures import capture_lines
from lambdas.router.outcome import Outcome
from lambdas.router.serve import Served
from tests.integration.image_classification.conftest import COLOURS

PICTURES = 20
"""Of each class."""
Change = Callable[[Image.Image], Image.Image]


@pytest.fixture(scope="module")
def baseline(trained: tuple) -> Baseline:
    return Baseline.model_validate_json((trained[0] / "model" / "baseline.json").read_bytes())


def pictures(change: Change) -> list[bytes]:
    """New ones, drawn as the training job's were."""
    generator = np.random.default_rng(99)
    bodies = []
    for colour in COLOURS.values():
        for _ in range(PICTURES):
            pixels = np.clip(np.array(colour) + generator.normal(0, 20, (30, 40, 3)), 0, 255).astype(np.uint8)
            stream = io.BytesIO()
            change(Image.fromarray(pixels)).save(stream, "JPEG", quality=95)
            bodies.append(stream.getvalue())
    return bodies


def captures(model: Path, bodies: list[bytes]) -> list[Capture]:
    predictor = open_predictor(model, load_manifest(model))
    found = []
    for body in bodies:
        answer = predictor.predict(body, "image/jpeg")
        served = Served(Outcome("r1", answer, None, 1.0), None, None)
        question = Question(body, "image/jpeg", "camera", {"bytes": len(body)})
        line = capture_lines(
            task_of("image_classification"), served, answer, question, "cats", "id", datetime.now(UTC), 1.0
        )
        found.append(Capture.model_validate_json(line))
    return found


def excess(baseline: Baseline, found: list[Capture]) -> dict[str, float]:
    """Each feature's index in multiples of what chance makes: the baseline has few items."""
    return {
        name: psi(bins, baseline.items, [capture.features[name] for capture in found])
        / expected_psi(bins, baseline.items, len(found))
        for name, bins in baseline.features.items()
    }


def test_more_pictures_of_the_same_kind_have_not_drifted(trained: tuple, baseline: Baseline) -> None:
    found = excess(baseline, captures(trained[0] / "model", pictures(lambda picture: picture)))
    assert {name: index for name, index in found.items() if index > 3} == {}


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("brightness", lambda picture: picture.point(lambda value: value // 4)),
        ("sharpness", lambda picture: picture.filter(ImageFilter.GaussianBlur(2))),
        ("saturation", lambda picture: picture.convert("L").convert("RGB")),
    ],
)
def test_pictures_of_a_camera_that_changed_have(name: str, change: Change, trained: tuple, baseline: Baseline) -> None:
    assert excess(baseline, captures(trained[0] / "model", pictures(change)))[name] > 3
