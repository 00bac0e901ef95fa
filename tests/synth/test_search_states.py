"""A search before a run: its channels, and what its best values become."""

import pytest

from tests.synth.state_machines import ask, follow


@pytest.mark.parametrize(
    ("tuning", "then"), [(None, "FirstAttempt"), ({"HyperParameterTuningJobName": "battery-1"}, "Tune")]
)
def test_a_search_comes_first_where_one_was_planned(searching, tuning, then):
    assert follow(searching, "SearchAsked", {"tuning": tuning}) == then
    assert searching["Tune"]["Next"] == "FirstAttempt"


def test_a_domain_without_a_search_has_no_state_for_one(training):
    assert not {"SearchAsked", "Tune"} & set(training)


def test_the_search_gets_the_channels_of_the_dataset(searching):
    planned = {"HyperParameterTuningJobName": "battery-1", "TrainingJobDefinition": {"RoleArn": "role"}}
    states = {"tuning": planned, "dataset": {"channels": [{"ChannelName": "dataset"}]}}

    definition = ask(searching["Tune"]["Arguments"], input=states)["TrainingJobDefinition"]

    assert definition == {"RoleArn": "role", "InputDataConfig": [{"ChannelName": "dataset"}]}


def test_the_best_values_of_the_search_train_the_run(searching):
    planned = {"TrainingJobName": "battery-1", "HyperParameters": {"trials": "5", "max_depth": "4"}}
    found = {"BestTrainingJob": {"TunedHyperParameters": {"max_depth": "6", "rounds": "90"}}}

    told = ask(searching["Tune"]["Output"], input={"run": "battery-1", "request": planned}, result=found)

    assert told["run"] == "battery-1"
    assert told["request"]["HyperParameters"] == {"trials": "5", "max_depth": "6", "rounds": "90"}
