"""What is trained on: sound windows stand for all of their kind, doubtful ones count little."""

import numpy as np
import pytest

from stacks.domains.battery.signals import SIGNALS
from training_containers.tabular.ranking import Ranking
from training_containers.tabular.sampling import DOUBTFUL_WEIGHT, draw_sample
from training_containers.tabular.windows import Windows

SOUND, FAULTY, EARLY, HAZARDOUS = 20_000, 3_000, 500, 100


@pytest.fixture(scope="module")
def windows() -> Windows:
    rng = np.random.default_rng(0)
    sizes = (SOUND, FAULTY, EARLY, HAZARDOUS)
    kind = np.repeat(np.arange(4), sizes)
    rows = len(kind)
    features = rng.normal(0, 1, (rows, 3)).astype(np.float32)
    features[:, 0] += 3.0 * (kind > 0)
    return Windows(
        features=features,
        lead=np.select([kind == 2, kind == 3], [3000.0, 300.0], np.inf),
        series=np.arange(rows),
        group=np.zeros(rows, np.int64),
        time=np.zeros(rows),
        faulty=kind == 1,
        horizon=600.0,
        groups=1,
        signals=SIGNALS,
    )


def test_a_sample_stands_for_all_windows(windows: Windows) -> None:
    sample = draw_sample(windows, 2000, 0)
    sound, doubtful = sample.windows.sound, ~sample.windows.sound & ~sample.hazard
    assert (sound.sum(), doubtful.sum(), sample.hazard.sum()) == (2000, 500, HAZARDOUS)
    assert sample.weights[sound].sum() == pytest.approx(SOUND)
    assert sample.weights[doubtful].sum() == pytest.approx(DOUBTFUL_WEIGHT * (FAULTY + EARLY))
    assert (sample.weights[sample.hazard] == 1.0).all()


def test_the_hardest_are_kept_at_their_own_weight(windows: Windows) -> None:
    sample = draw_sample(windows, 2000, 0)
    hard = sample.windows.sound & (sample.weights == 1.0)
    assert hard.sum() == 1000
    assert sample.features[hard, 0].mean() > sample.features[sample.windows.sound & ~hard, 0].mean() + 1


def test_few_windows_are_all_taken(windows: Windows) -> None:
    sample = draw_sample(windows, 100_000, 0)
    assert len(sample.hazard) == SOUND + FAULTY + EARLY + HAZARDOUS


def test_a_detector_that_ranks_doubtful_windows_high_is_no_worse_for_it(windows: Windows) -> None:
    doubtful = ~windows.sound & ~windows.hazard
    scores = np.where(windows.hazard, 0.8, np.where(doubtful, 0.9, 0.1))
    assert Ranking.of(windows, scores).average_precision() == 1.0
    assert Ranking.of(windows, np.where(windows.sound, 0.9, scores)).average_precision() < 0.01
