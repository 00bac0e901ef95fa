"""Intervals that the gate reads, held against published values."""

import math

import numpy as np
import pytest

from training_containers.packaging import bootstrap, paired_bootstrap, rate_interval, share_interval


@pytest.mark.parametrize(
    ("successes", "trials", "low", "high"),
    [(26, 26, 0.868, 1.0), (72, 72, 0.950, 1.0), (0, 10, 0.0, 0.308), (5, 10, 0.187, 0.813), (0, 0, 0.0, 1.0)],
)
def test_clopper_pearson(successes: int, trials: int, low: float, high: float) -> None:
    found = share_interval(successes, trials)
    assert (found.low, found.high) == pytest.approx((low, high), abs=1e-3)


@pytest.mark.parametrize(("count", "low", "high"), [(0, 0.0, 3.689), (1, 0.0253, 5.572), (10, 4.795, 18.390)])
def test_garwood(count: int, low: float, high: float) -> None:
    found = rate_interval(count, 1.0)
    assert (found.low, found.high) == pytest.approx((low, high), abs=1e-3)
    assert rate_interval(count, 1000.0).high == pytest.approx(high / 1000, abs=1e-6)


def test_no_exposure_is_refused() -> None:
    with pytest.raises(ValueError, match=r"exposure of 0 .* above 0"):
        rate_interval(0, 0)


def test_bootstrap_covers_the_mean_about_as_often_as_it_says() -> None:
    generator = np.random.default_rng(3)
    covered = 0
    for _ in range(100):
        sample = generator.normal(size=60)
        found = bootstrap(60, lambda drawn, sample=sample: float(sample[drawn].mean()), draws=300)
        covered += found.low <= 0 <= found.high
    assert 85 <= covered <= 100


def test_pairing_cancels_what_is_hard_for_both() -> None:
    hardness = np.random.default_rng(1).normal(size=80)
    better = hardness + 0.1
    paired = paired_bootstrap(80, lambda d: float(better[d].mean()), lambda d: float(hardness[d].mean()))
    assert paired.low == pytest.approx(0.1)
    assert paired.high == pytest.approx(0.1)


def test_draws_without_a_value_are_left_out() -> None:
    found = bootstrap(2, lambda drawn: math.nan if drawn.sum() == 0 else 1.0)
    assert (found.low, found.high) == (1.0, 1.0)
    with pytest.raises(ValueError, match="no draw"):
        bootstrap(2, lambda drawn: math.nan)
