"""Average precision of drawn groups agrees with scikit-learn's on the rows that were drawn."""

import numpy as np
import pytest
from sklearn.metrics import average_precision_score

from stacks.domains.battery.signals import SIGNALS
from training_containers.tabular.ranking import Ranking
from training_containers.tabular.windows import Windows

GROUPS = 7


def drawn_windows(seed: int, digits: int) -> tuple[Windows, np.ndarray]:
    """Windows of several groups with scores of few digits, so that many tie."""
    rng = np.random.default_rng(seed)
    rows = 2000
    lead = np.where(rng.random(rows) < 0.1, 300.0, np.inf)
    scores = np.round(rng.random(rows) * 0.5 + 0.3 * np.isfinite(lead), digits)
    windows = Windows(
        features=np.zeros((rows, 1), np.float32),
        lead=lead,
        series=np.arange(rows),
        group=rng.integers(0, GROUPS, rows),
        time=np.arange(rows) * 60.0,
        faulty=np.zeros(rows, bool),
        horizon=600.0,
        groups=GROUPS,
        signals=SIGNALS,
    )
    return windows, scores


@pytest.mark.parametrize("digits", [1, 2, 12])
def test_it_agrees_with_scikit_learn_on_every_draw(digits: int) -> None:
    windows, scores = drawn_windows(3, digits)
    ranking = Ranking.of(windows, scores)
    assert ranking.average_precision() == pytest.approx(average_precision_score(windows.hazard, scores))
    for seed in range(5):
        groups = np.random.default_rng(seed).integers(0, GROUPS, GROUPS)
        rows = np.concatenate([np.flatnonzero(windows.group == group) for group in groups])
        weights = np.bincount(groups, minlength=GROUPS).astype(float)
        expected = average_precision_score(windows.hazard[rows], scores[rows])
        assert ranking.average_precision(weights) == pytest.approx(expected)


def test_without_a_hazardous_window_it_has_no_value() -> None:
    windows, scores = drawn_windows(4, 12)
    assert np.isnan(Ranking.of(windows, scores).average_precision(np.zeros(GROUPS)))
