"""Limits and jobs of the state machines, as Step Functions gets them."""

import json

import pytest

from tests.synth.state_machines import ask, follow


@pytest.mark.parametrize("name", ["vigil-cats-training", "vigil-battery-training"])
def test_a_run_whose_every_attempt_waits_to_its_limit_still_ends_with_a_reason(machines, name):
    """A state's time-out is caught and told; a state machine's own is not."""
    states = machines[name]["States"]
    internal = {"Cause": json.dumps({"FailureReason": "InternalServerError: try again"})}
    attempts = next(n for n in range(1, 10) if follow(states, "TrainAgain", internal, {"attempt": n}) != "NextAttempt")
    longest = {state: task["TimeoutSeconds"] for state, task in states.items() if task["Type"] == "Task"}

    assert machines[name]["TimeoutSeconds"] > sum(longest.values()) + (attempts - 1) * longest["Train"]


def test_every_task_ends_in_time_and_catches_everything(training, searching, release):
    for states in (training, searching, release):
        tasks = {name: state for name, state in states.items() if state["Type"] == "Task"}
        assert tasks
        for name, task in tasks.items():
            assert task["TimeoutSeconds"] > 0, name
            assert task["Catch"][-1]["ErrorEquals"] == ["States.ALL"], name
            assert task["Retry"], name


def test_the_planned_job_gets_the_channels_of_the_dataset(training):
    planned = {"TrainingJobName": "cats-1", "InputDataConfig": [{"ChannelName": "champion"}]}
    channels = [{"ChannelName": "dataset"}, {"ChannelName": "images"}]

    request = ask(
        training["FirstAttempt"]["Assign"]["job"], input={"request": planned, "dataset": {"channels": channels}}
    )

    assert request["TrainingJobName"] == "cats-1"
    assert [channel["ChannelName"] for channel in request["InputDataConfig"]] == ["dataset", "images", "champion"]


def test_a_job_without_further_channels_gets_the_datasets(training):
    channels = [{"ChannelName": "dataset"}, {"ChannelName": "images"}]
    states = {"request": {"InputDataConfig": []}, "dataset": {"channels": channels}}

    assert ask(training["FirstAttempt"]["Assign"]["job"], input=states)["InputDataConfig"] == channels


@pytest.mark.parametrize(
    ("package", "then"), [(None, "FirstAttempt"), ("s3://a/runs/cats/submitted/1/model.tar.gz", "ModelGate")]
)
def test_a_package_that_was_trained_elsewhere_goes_straight_to_the_gate(training, package, then):
    state = {"run": "cats-1", "dataset": {"version": "v"}, "dry_run": False, "model_package": package}
    assert training["DataPrep"]["Next"] == "Submitted"
    assert follow(training, "Submitted", state) == then
    (choice,) = training["Submitted"]["Choices"]
    judged = ask(choice["Output"], input=state)
    payload = training["ModelGate"]["Arguments"]["Payload"]
    assert {name: ask(value, input=judged) for name, value in payload.items()} == {
        "run": "cats-1",
        "dataset": {"version": "v"},
        "model_data_url": package,
        "dry_run": False,
    }
