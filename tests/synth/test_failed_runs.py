"""A job that fails: what is tried again, under which name, and what people are told."""

import json

import pytest

from tests.synth.state_machines import ask, follow

INTERNAL = {"FailureReason": "InternalServerError: We encountered an internal error. Please try again."}
OURS = {"FailureReason": "AlgorithmError: out of memory"}


@pytest.mark.parametrize(
    ("failure", "attempt", "then"),
    [(INTERNAL, 1, "NextAttempt"), (INTERNAL, 2, "NextAttempt"), (INTERNAL, 3, "TrainingFailed")]
    + [(OURS, 1, "TrainingFailed"), (None, 1, "TrainingFailed")],
)
def test_an_error_of_sagemakers_own_is_tried_again_twice(training, failure, attempt, then):
    cause = "InternalServerError" if failure is None else json.dumps(failure)
    error = {"Error": "States.TaskFailed", "Cause": cause}

    assert training["Train"]["Catch"][0]["Next"] == "TrainAgain"
    assert follow(training, "TrainAgain", error, {"attempt": attempt}) == then


@pytest.mark.parametrize(("spent", "left"), [({"TrainingTimeInSeconds": 1000}, 2600), ({}, 3600)])
def test_another_attempt_has_a_name_of_its_own_and_the_time_that_is_left(training, spent, left):
    job = {"TrainingJobName": "vigil-cats-1", "StoppingCondition": {"MaxRuntimeInSeconds": 3600}, "RoleArn": "role"}
    variables = {"planned": {"run": "vigil-cats-1"}, "job": job, "attempt": 1}
    error = {"Error": "States.TaskFailed", "Cause": json.dumps(INTERNAL | spent)}

    assigned = {name: ask(value, variables, input=error) for name, value in training["NextAttempt"]["Assign"].items()}

    assert assigned["attempt"] == 2
    assert assigned["job"]["TrainingJobName"] == "vigil-cats-1-2"
    assert assigned["job"]["StoppingCondition"] == {"MaxRuntimeInSeconds": left}
    assert assigned["job"]["RoleArn"] == "role"
    assert training["NextAttempt"]["Next"] == "Train"


def test_what_was_planned_survives_a_failed_attempt(training):
    """A caught error replaces a state's input."""
    result = {"TrainingJobStatus": "Completed", "SecondaryStatus": "Completed"}
    result |= {"ModelArtifacts": {"S3ModelArtifacts": "s3://a/model.tar.gz"}}
    variables = {"planned": {"run": "vigil-cats-1", "dataset": {"version": "v"}}}

    told = ask(training["Train"]["Output"], variables, input={"Error": "x"}, result=result)

    assert (told["run"], told["dataset"], told["model_data_url"]) == (
        "vigil-cats-1",
        {"version": "v"},
        "s3://a/model.tar.gz",
    )


def test_a_job_that_ran_out_of_time_is_a_failure_that_says_so(training):
    stopped = {"status": "Stopped", "secondary_status": "MaxRuntimeExceeded"}

    assert follow(training, "Completed", stopped) == "TrainingStopped"
    assert follow(training, "Completed", {"status": "Completed"}) == "ModelGate"
    assert "MaxRuntimeExceeded" in ask(training["TrainingStopped"]["Cause"], input=stopped)


@pytest.mark.parametrize(
    ("cause", "told"),
    [
        ('{"TrainingJobStatus": "Failed", "FailureReason": "DataError: two pictures"}', "DataError: two pictures"),
        ("Rate exceeded", "SageMaker.Throttled: Rate exceeded"),
    ],
)
def test_a_failed_job_tells_its_own_reason(training, cause, told):
    answer = ask(training["TrainingFailed"]["Cause"], input={"Error": "SageMaker.Throttled", "Cause": cause})

    assert answer == f"training failed: {told}"


def test_an_exception_of_a_function_tells_its_message_without_its_stack(training):
    cause = json.dumps({"errorMessage": "There are no pictures.", "errorType": "DataError", "stackTrace": ["line 1"]})
    caught = training["DataPrep"]["Catch"][0]["Output"]

    told = ask(caught, errorOutput={"Error": "DataError", "Cause": cause})
    timed_out = ask(caught, errorOutput={"Error": "States.Timeout", "Cause": "960 seconds"})

    assert told == {"reason": "DataError: There are no pictures."}
    assert timed_out == {"reason": "States.Timeout: 960 seconds"}
