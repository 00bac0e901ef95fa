"""Synthetic windows: between true neighbours, whatever the units, and weighing no more than the real ones did."""

from dataclasses import replace

import numpy as np
import pytest

from stacks.domains.battery.signals import SIGNALS
from training_containers.tabular.models import with_synthetic
from training_containers.tabular.sampling import Sample
from training_containers.tabular.windows import Windows

HEALTHY, HAZARDOUS = 1000, 60


@pytest.fixture(scope="module")
def sample() -> Sample:
    """Two kinds of hazard, told apart in volts; microstrain is noise, and a thousand times as large."""
    rng = np.random.default_rng(0)
    rows = HEALTHY + HAZARDOUS
    hazard = np.arange(rows) >= HEALTHY
    kind = rng.random(rows) < 0.5
    features = np.column_stack([np.where(kind, 1.0, -1.0), rng.normal(0, 1000, rows)]).astype(np.float32)
    windows = Windows(
        features=features,
        lead=np.where(hazard, 300.0, np.inf),
        series=np.arange(rows),
        group=np.zeros(rows, np.int64),
        time=np.zeros(rows),
        faulty=np.zeros(rows, bool),
        horizon=600.0,
        groups=1,
        signals=SIGNALS,
    )
    return Sample(windows, np.where(hazard, 1.0, np.where(kind, 5.0, 1.0)))


def test_neighbours_are_looked_for_in_scaled_units(sample: Sample) -> None:
    """Unscaled, strain alone decides who is a neighbour, and half of the windows lie between the two kinds."""
    features, hazard, _ = with_synthetic(sample, 0)
    made = features[len(sample.hazard) :]
    assert hazard[len(sample.hazard) :].all()
    assert len(made) > 100
    np.testing.assert_allclose(np.abs(made[:, 0]), 1.0, atol=1e-3)


def test_weights_are_kept(sample: Sample) -> None:
    features, hazard, weights = with_synthetic(sample, 0)
    assert len(features) == len(hazard) == len(weights)
    np.testing.assert_array_equal(weights[:HEALTHY], sample.weights[:HEALTHY])
    assert weights[hazard].sum() == pytest.approx(sample.weights[sample.hazard].sum())
    np.testing.assert_array_equal(features[: len(sample.hazard)], sample.features)


@pytest.mark.parametrize(("hazardous", "made"), [(1, False), (2, True), (HEALTHY // 3, False), (HEALTHY, False)])
def test_few_and_frequent_hazards_are_no_fault(sample: Sample, hazardous: int, made: bool) -> None:
    """Other data has other shares: what is frequent already needs no synthetic windows."""
    hazard = np.arange(HEALTHY + HAZARDOUS) < hazardous
    windows = replace(sample.windows, lead=np.where(hazard, 300.0, np.inf))
    features, labels, weights = with_synthetic(Sample(windows, sample.weights), 0)
    assert (len(features) > len(hazard)) == made
    assert len(features) == len(labels) == len(weights)
