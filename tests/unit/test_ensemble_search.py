"""The search for hyperparameters: bounded, judged on decisions not learned from, and not begun again after a kill."""

from dataclasses import replace

import pytest
import torch
from optuna.distributions import FloatDistribution

from tests.unit.ensemble_toys import SETTINGS, toy_source
from training_containers.contract import Interrupted
from training_containers.ensemble import search as searching
from training_containers.ensemble.few import Few
from training_containers.ensemble.models import catboost, statistical
from training_containers.ensemble.search import search, with_chosen
from training_containers.ensemble.trials import Trials
from training_containers.torch_run.processes import Processes

ALONE = Processes(0, 1, torch.device("cpu"))
ASKED = SETTINGS.model_copy(update={"folds": 2, "rounds": 5, "most_rows": 2000, "search_trials": 5})
SPACE = {"rate": FloatDistribution(0.0, 1.0)}


@pytest.fixture(scope="module")
def source(tmp_path_factory):
    return toy_source(tmp_path_factory.mktemp("sites"), (1, 2, 3))


def trials(tmp_path):
    return Trials(tmp_path / "one.journal", SPACE, {"rate": 0.25}, seed=3)


def run(one, worth, most=6, killed_in=None):
    """The rates tried, in order; every trial has two folds."""
    tried = []
    while (trial := one.next(most, 1e9)) is not None:
        tried.append(trial.params["rate"])
        if len(tried) == killed_in:
            return tried
        scores = [worth(tried[-1])]
        if one.is_hopeless(trial, scores):
            continue
        one.finish(trial, [*scores, worth(tried[-1])])
    return tried


def worth(rate):
    return 1 - (rate - 0.7) ** 2


def test_the_best_values_are_chosen_and_never_worse_than_those_given(tmp_path):
    one = trials(tmp_path)
    tried = run(one, worth)
    found = one.result("average_precision")

    assert tried[0] == 0.25
    assert found.chosen["rate"] == max(tried, key=worth)
    assert (found.before, found.after) == (worth(0.25), max(map(worth, tried)))
    assert found.trials == 6

    kept = Trials(tmp_path / "two.journal", SPACE, {"rate": 0.7}, seed=3)
    run(kept, worth)
    assert kept.result("average_precision").chosen == {"rate": 0.7}


@pytest.mark.parametrize("killed_in", [1, 3, 6])
def test_a_killed_search_goes_on_with_its_finished_trials_to_the_same_end(tmp_path, killed_in):
    undisturbed = Trials(tmp_path / "undisturbed.journal", SPACE, {"rate": 0.25}, seed=3)
    all_of_them = run(undisturbed, worth)

    before = run(trials(tmp_path), worth, killed_in=killed_in)
    with (tmp_path / "one.journal").open("ab") as journal:
        journal.write(b'{"op_code": 5, "wor')  # the last line was being written
    (tmp_path / "one.journal.lock").touch()
    resumed = trials(tmp_path)
    after = run(resumed, worth)

    assert before[:-1] + after == all_of_them  # the trial that was killed is tried again, the others are not
    found, wanted = resumed.result("x"), undisturbed.result("x")
    assert (found.chosen, found.trials, found.pruned) == (wanted.chosen, wanted.trials, wanted.pruned)


def test_a_trial_below_the_others_median_ends_after_its_first_fold(tmp_path):
    one, rates = trials(tmp_path), []

    def falls(rate):
        rates.append(rate)
        return -float(len(rates))

    run(one, falls)

    assert one.result("x").pruned == 3  # the first three of six are never pruned
    assert len(rates) == 3 * 2 + 3


def test_no_trial_starts_that_would_end_too_late(tmp_path, monkeypatch):
    one = trials(tmp_path)
    monkeypatch.setattr("training_containers.ensemble.trials._seconds", lambda trial: 10.0)

    def count(most_s):
        found = 0
        while (trial := one.next(100, most_s)) is not None:
            one.finish(trial, [0.5])
            found += 1
        return found

    assert count(35) == 3
    assert count(35) == 0
    assert count(45) == 1


class Counted:
    """A member's training, told what it was given."""

    def __init__(self, kill_at=None):
        self.kill_at, self.given = kill_at, []

    def __call__(self, source, fit):
        self.given.append((source, fit.settings))
        if len(self.given) == self.kill_at:
            raise Interrupted("told to stop (SIGTERM)")
        catboost.MEMBER.train(source, fit)


def test_a_member_is_searched_on_folds_and_what_is_finished_is_not_done_again(source, tmp_path, monkeypatch):
    monkeypatch.setattr(searching, "MOST_ROWS", 1500)
    first, second, third = Counted(kill_at=6), Counted(), Counted()

    def go(train):
        return search([statistical.MEMBER, replace(catboost.MEMBER, train=train)], source, ASKED, tmp_path, ALONE)

    with pytest.raises(Interrupted):
        go(first)  # in the second fold of the third trial
    found = go(second)
    again = go(third)

    assert set(found) == {"catboost"}
    assert (found["catboost"].trials, third.given) == (5, [])
    assert len(second.given) + 4 <= 10
    assert again == found
    assert 0 < found["catboost"].before <= found["catboost"].after <= 1
    for learned, settings in second.given:
        assert isinstance(learned, Few)
        assert learned.decisions == 1500
        assert learned.source.decisions < source.decisions  # the fold's sites are held out
        assert 0.02 <= settings.boosting_rate <= 0.3
    chosen = with_chosen(ASKED, found["catboost"])
    assert isinstance(chosen.max_depth, int)
    assert {name: getattr(chosen, name) for name in found["catboost"].chosen} == found["catboost"].chosen


def test_nothing_is_searched_unless_asked_for(source, tmp_path):
    counted = Counted()

    settings = ASKED.model_copy(update={"search_trials": 0})
    assert search([replace(catboost.MEMBER, train=counted)], source, settings, tmp_path, ALONE) == {}
    assert counted.given == []


def test_few_decisions_have_the_prevalence_of_all(source):
    few = Few(source, 600)
    batches = list(few.batches("features", 250, seed=1))

    assert [len(batch) for batch in batches] == [250, 250, 100]
    hazard = sum(float(batch.weight[batch.hazard].sum()) for batch in batches)
    assert hazard / sum(float(batch.weight.sum()) for batch in batches) == pytest.approx(
        source.hazards / source.decisions
    )
    assert (few.decisions, few.hazards) == (600, sum(int(batch.hazard.sum()) for batch in batches))
