"""Calibration and the three ways to combine members: right where the answer is known."""

import numpy as np
import pytest
from pydantic import ValidationError
from sklearn.metrics import roc_auc_score

from inference.sensor_zones.combine import BestMember, Calibration, Selection, logit
from training_containers.ensemble.calibration import calibrate, calibrated, calibrations, cross_calibrated
from training_containers.ensemble.combine import averaging, fit_combiners, log_loss, selection, stacking
from training_containers.ensemble.members import OutOfFold

N = 6000


@pytest.fixture(scope="module")
def found():
    """Two members that see different halves of the truth, and one that sees nothing."""
    rng = np.random.default_rng(0)
    first, second = rng.normal(size=(2, N))
    hazard = rng.random(N) < 1 / (1 + np.exp(-(2 * first + 2 * second - 3)))
    scores = np.stack([5 * first + 1, np.exp(second), rng.normal(size=N)], axis=1)
    weight = np.where(hazard, 0.1, 1.0).astype(np.float32)
    return OutOfFold(scores, hazard, weight, np.arange(N) % 3, np.arange(N) % 30)


def test_a_calibrated_score_is_the_weighted_share_of_hazards(found):
    probability = calibrate(found.scores[:, 0], found.hazard, found.weight).apply(found.scores[:, 0])

    for low, high in ((0.0, 0.05), (0.05, 0.2), (0.2, 1.01)):
        chosen = (probability >= low) & (probability < high)
        share = np.average(found.hazard[chosen], weights=found.weight[chosen])
        assert share == pytest.approx(np.average(probability[chosen], weights=found.weight[chosen]), abs=0.03)


def test_calibration_keeps_the_order_and_few_knots(found):
    line = calibrate(found.scores[:, 1], found.hazard, found.weight)

    assert len(line.scores) <= 64
    assert (np.diff(line.apply(np.sort(found.scores[:, 1]))) >= 0).all()


def test_a_line_that_falls_is_refused():
    with pytest.raises(ValidationError, match="must not fall"):
        Calibration(scores=(0.0, 1.0), probabilities=(0.5, 0.4))


def test_tier_three_is_fitted_on_calibrations_of_other_folds(found):
    """A member whose scores name each decision would look perfect to a calibration of its own."""
    naming = OutOfFold(
        np.where(found.hazard, 1, -1)[:, None] * np.arange(1, N + 1)[:, None] % 7919 * 1.0,
        found.hazard,
        found.weight,
        found.fold,
        found.group,
    )
    own = calibrated(naming.scores, calibrations(naming))[:, 0]
    crossed = cross_calibrated(naming)[:, 0]

    assert log_loss(crossed[:, None], found.hazard).mean() > log_loss(own[:, None], found.hazard).mean()


@pytest.mark.parametrize("fit", [stacking, selection])
def test_members_that_know_different_things_are_better_together(found, fit):
    probabilities = calibrated(found.scores, calibrations(found))

    combined = fit(probabilities, found.hazard, found.weight, 0).apply(probabilities)

    alone = max(roc_auc_score(found.hazard, column) for column in probabilities.T)
    assert roc_auc_score(found.hazard, combined) > alone + (0.05 if fit is stacking else -0.02)
    assert ((combined >= 0) & (combined <= 1)).all()


def test_averaging_trusts_who_is_right():
    rng = np.random.default_rng(1)
    hazard = rng.random(N) < 0.2
    good = np.clip(np.where(hazard, 0.8, 0.05) + 0.05 * rng.normal(size=N), 0.01, 0.99)
    poor = np.full(N, 0.2)

    found = averaging(np.stack([good, poor], axis=1), hazard, np.ones(N, np.float32), np.arange(N) // 100, 0)

    assert found.weights[0] > 0.99


def test_answers_that_are_nearly_all_alike_leave_no_region_without_weights():
    """Members that are certain say two things only, and no manifest holds what is no number."""
    hazard = np.arange(400) % 10 == 0
    certain = np.where(hazard, 0.99, 0.01)[:, None].repeat(2, axis=1)
    found = selection(certain, hazard, np.ones(400, np.float32), 0)

    assert Selection.model_validate_json(found.model_dump_json()).apply(certain) == pytest.approx(certain[:, 0])


def test_the_same_seed_fits_the_same(found):
    probabilities = calibrated(found.scores, calibrations(found))
    arguments = (probabilities, found.hazard, found.weight, found.fold, 3)

    assert fit_combiners(*arguments) == fit_combiners(*arguments)


def test_one_member_alone_answers_as_it_is():
    assert BestMember(member=1).apply(np.array([[0.1, 0.7]])).tolist() == [0.7]


def test_log_odds_are_finite_at_the_ends():
    assert np.isfinite(logit(np.array([0.0, 1.0]))).all()
