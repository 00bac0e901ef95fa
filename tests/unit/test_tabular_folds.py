"""Folds: a group is in one of them, each is learned without, and nothing that happened gets lost between them."""

from dataclasses import replace

import numpy as np
import pytest

from stacks.domains.battery.signals import SIGNALS
from training_containers.tabular.alarms import AlarmCounter
from training_containers.tabular.comparison import Fitted
from training_containers.tabular.hold_out import hold_out
from training_containers.tabular.models import Candidate
from training_containers.tabular.sampling import Sample
from training_containers.tabular.search import cross_validate, folds_of
from training_containers.tabular.threshold import Scored, choose_threshold
from training_containers.tabular.windows import Windows

LOGISTIC = Candidate("logistic_regression", "logistic_regression")


def windows(hazards: list[int], sound: list[int], groups: int | None = None) -> Windows:
    """So many hazardous and sound windows in each group, a module each; hazards have a feature of their own."""
    hazard = np.concatenate([np.arange(h + s) < h for h, s in zip(hazards, sound, strict=True)])
    group = np.repeat(np.arange(len(hazards)), np.add(hazards, sound))
    series = 2 * group + hazard
    order = np.lexsort((np.arange(len(group)), series))
    hazard, group, series = hazard[order], group[order], series[order]
    minute = np.arange(len(group)) - np.searchsorted(series, series)
    noise = np.random.default_rng(0).normal(0, 0.1, len(group))
    return Windows(
        features=np.column_stack([hazard + noise, noise]).astype(np.float32),
        lead=np.where(hazard, 540.0 - 60.0 * (minute % 8), np.inf),
        series=series,
        group=group,
        time=60.0 * minute,
        faulty=np.zeros(len(group), bool),
        horizon=600.0,
        groups=len(hazards) if groups is None else groups,
        signals=SIGNALS,
    )


def sample_of(made: Windows) -> Sample:
    return Sample(made, np.ones(len(made.lead)))


@pytest.mark.parametrize("folds", [2, 3, 5])
@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize(
    ("hazards", "sound"),
    [
        pytest.param([8] * 6, [200] * 6, id="alike"),
        pytest.param([8, 8, 0, 0], [200] * 4, id="two-of-four"),
        pytest.param([8, 1, 0], [100, 1000, 2000], id="small-ones-beside-a-large-one"),
        pytest.param([100, 1, 0], [1000, 10_000, 20_000], id="far-apart"),
        pytest.param([8, 1], [10, 2000], id="two-groups"),
    ],
)
def test_there_is_a_hazard_to_learn_from_whatever_fold_is_left_out(
    hazards: list[int], sound: list[int], seed: int, folds: int
) -> None:
    sample = sample_of(windows(hazards, sound))
    split = folds_of(sample, folds, seed)
    assert sorted(np.concatenate([held_out for _, held_out in split])) == list(range(len(sample.hazard)))
    for learned, held_out in split:
        assert sample.hazard[learned].any()
        assert not set(sample.windows.group[learned]) & set(sample.windows.group[held_out])


@pytest.mark.parametrize("imbalance", ["weighting", "smote"])
def test_groups_of_any_size_are_cross_validated(imbalance: str) -> None:
    sample = sample_of(windows([40, 1, 0], [100, 1000, 2000]))
    assert 0 < cross_validate(replace(LOGISTIC, imbalance=imbalance), sample, 3, 0) <= 1


def held_out_folds(sample: Sample, made: Windows) -> list[Scored]:
    fitted = Fitted(LOGISTIC, LOGISTIC.fit(sample, 0), 1.0, {}, {}, Scored(made, np.ones(len(made.lead))), 1.0)
    return hold_out(fitted, sample, made, made, 0).folds


def test_runaways_in_silence_and_groups_that_were_not_drawn_are_in_one_fold() -> None:
    """Group 4 has a runaway that nobody could judge and no window; of group 3 no window is in the sample."""
    made = replace(windows([8, 8, 8, 0], [90] * 4, groups=5), blind=np.array([1, 4]))
    sample = sample_of(made.take(np.flatnonzero(made.group < 3)))
    folds = held_out_folds(sample, made)
    assert sorted(np.concatenate([one.windows.blind for one in folds])) == [1, 4]
    assert sum(len(one.windows.lead) for one in folds) == len(made.lead)
    counted = [AlarmCounter(one.windows).count(one.windows.hazard).by_group.total() for one in folds]
    whole = AlarmCounter(made).count(made.hazard).by_group.total()
    assert sum(one.events for one in counted) == whole.events == 5
    assert sum(one.sound_hours for one in counted) == whole.sound_hours


def test_the_threshold_is_chosen_on_the_recall_that_the_evaluation_counts() -> None:
    """Three of five runaways could be seen: no threshold promises 0.95, and the fewest false alarms are taken."""
    made = replace(windows([8, 8, 8], [90] * 3, groups=5), blind=np.array([3, 4]))
    point = choose_threshold(held_out_folds(sample_of(made), made), 0.95, 1.0)
    assert not point.meets_both
    assert point.recall == pytest.approx(3 / 5)
    assert point.false_per_1000_hours == 0
