"""Baselines and windows of captures drawn from known distributions."""

from datetime import UTC, datetime, timedelta

import numpy as np

from inference.contracts import Baseline, Capture
from lambdas.drift_monitor.window import Window
from training_containers.packaging import quantile_bins

NOW = datetime(2026, 11, 22, 12, 30, tzinfo=UTC)
SINCE = NOW - timedelta(days=1)
RELEASE = "r1-abcdef"


def baseline(draw: np.random.Generator, items: int = 200, features: int = 5) -> Baseline:
    """Of standard normal values."""
    bins = {f"f{number}": quantile_bins(draw.normal(size=items)) for number in range(features)}
    return Baseline(items=items, labels={"cat": 0.75, "empty": 0.25}, scores={"cat": bins.pop("f0")}, features=bins)


def filled(
    draw: np.random.Generator, known: Baseline, captures: int = 500, shift: float = 0, one_request: bool = False
) -> Window:
    """`shift`: of the score alone, in standard deviations."""
    window = Window(RELEASE, SINCE, NOW)
    window.captures = captures
    window.requests = {"one"} if one_request else {str(number) for number in range(captures)}
    window.labels.update({"cat": captures})
    window.scores["cat"] = list(draw.normal(shift, 1, captures))
    for name in known.features:
        window.features[name] = list(draw.normal(size=captures))
    return window


def line(number: int, at: datetime = NOW, release: str = RELEASE, **scores: float) -> str:
    return Capture(
        request_id=f"request-{number}",
        domain="cats",
        release=release,
        at=at,
        entity_id="camera",
        input={},
        label="cat",
        scores=scores or {"cat": 0.5},
        latency_ms=1,
    ).model_dump_json()
