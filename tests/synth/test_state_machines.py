"""The state machines as Step Functions gets them, and what their expressions answer."""

import json

import jsonata
import pytest

from stacks.shared.rules.template import text

RELEASED = {"release": "r1-abc", "status": "passed", "bake_s": 6}


@pytest.fixture(scope="module")
def machines(development, of_type):
    found = [
        one["Properties"]
        for stack in ("VigilDevelopmentCats", "VigilDevelopmentBattery")
        for one in of_type(development[stack], "AWS::StepFunctions::StateMachine").values()
    ]
    return {one["StateMachineName"]: json.loads(text(one["DefinitionString"])) for one in found}


@pytest.mark.parametrize("name", ["vigil-cats-training", "vigil-battery-training"])
def test_a_run_whose_every_attempt_waits_to_its_limit_still_ends_with_a_reason(machines, name):
    """A state's time-out is caught and told; a state machine's own is not."""
    states = machines[name]["States"]
    internal = {"Cause": json.dumps({"FailureReason": "InternalServerError: try again"})}
    attempts = next(n for n in range(1, 10) if follow(states, "TrainAgain", internal, {"attempt": n}) != "NextAttempt")
    longest = {state: task["TimeoutSeconds"] for state, task in states.items() if task["Type"] == "Task"}

    assert machines[name]["TimeoutSeconds"] > sum(longest.values()) + (attempts - 1) * longest["Train"]


@pytest.fixture(scope="module")
def training(machines):
    return machines["vigil-cats-training"]["States"]


@pytest.fixture(scope="module")
def searching(machines):
    return machines["vigil-battery-training"]["States"]


@pytest.fixture(scope="module")
def release(machines):
    return machines["vigil-cats-release"]["States"]


def ask(expression: str, variables: dict | None = None, **states):
    """The value of a `{% ... %}` expression, as Step Functions computes it."""
    engine = jsonata.Jsonata(expression.removeprefix("{%").removesuffix("%}"))
    for name, value in (variables or {}).items():
        engine.assign(name, value)
    engine.assign("states", states)
    engine.register_lambda("parse", json.loads)
    return engine.evaluate({})


def follow(states, name: str, state_input, variables: dict | None = None) -> str:
    """The state that a Choice goes to."""
    for choice in states[name]["Choices"]:
        if ask(choice["Condition"], variables, input=state_input):
            return choice["Next"]
    return states[name]["Default"]


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
    ("tuning", "then"), [(None, "FirstAttempt"), ({"HyperParameterTuningJobName": "battery-1"}, "Tune")]
)
def test_a_search_comes_first_where_one_was_planned(searching, tuning, then):
    assert follow(searching, "SearchAsked", {"tuning": tuning}) == then
    assert searching["Tune"]["Next"] == "FirstAttempt"


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


def test_traffic_rises_step_by_step(release):
    steps = [name for name in release if name.startswith("Shift")]

    assert sorted(steps, key=lambda name: int(name.split()[2])) == ["Shift to 10 %", "Shift to 50 %", "Shift to 100 %"]
    assert follow(release, "Healthy at 10 %", {**RELEASED, "next_step": 1}) == "Shift to 50 %"
    assert follow(release, "Healthy at 50 %", {**RELEASED, "next_step": 2}) == "Shift to 100 %"
    assert follow(release, "Healthy at 100 %", {**RELEASED, "next_step": None}) == "Promote"


def test_a_first_release_needs_no_further_steps(release):
    assert follow(release, "Healthy at 10 %", {**RELEASED, "next_step": None}) == "Promote"


def test_a_quiet_step_bakes_again_and_a_failed_one_is_rolled_back(release):
    assert follow(release, "Healthy at 10 %", {**RELEASED, "status": "quiet"}) == "Bake at 10 %"
    assert follow(release, "Healthy at 10 %", {**RELEASED, "status": "failed"}) == "RollBack"


def test_whatever_goes_wrong_is_rolled_back(release):
    for name, state in release.items():
        if state["Type"] == "Task" and name not in ("RollBack", "Leave"):
            assert state["Catch"][-1]["Next"] == "RollBack", name
    assert release["RollBack"]["Catch"][0]["Next"] == "RollBackFailed"
    assert release["RolledBack"]["Type"] == "Fail"


def test_an_execution_whose_release_a_person_decided_ends_without_failing_or_undoing_anything(release):
    ours = [state for name, state in release.items() if state["Type"] == "Task" and name not in ("RollBack", "Leave")]
    caught = [state["Catch"][0] for state in ours]

    assert {(tuple(one["ErrorEquals"]), one["Next"]) for one in caught} == {(("NotTheChallengerError",), "Leave")}
    assert follow(release, "WaitingBehindDecision", {**RELEASED, "next_package": None}) == "Decided"
    assert release["Decided"]["Type"] == "Succeed"


def test_an_endpoint_is_awaited(release):
    assert follow(release, "InService", {**RELEASED, "status": "creating"}) == "WaitForEndpoint"
    assert follow(release, "InService", {**RELEASED, "status": "ready"}) == "Golden"
    assert follow(release, "InService", {**RELEASED, "status": "failed"}) == "RollBack"


def test_an_approval_that_waited_is_taken_next(release):
    waiting = {"model_package_arn": "arn", "approved_at": "2026-11-01T00:00:00Z"}

    assert follow(release, "WaitingBehindPromote", {**RELEASED, "next_package": waiting}) == "Prepare"
    assert follow(release, "WaitingBehindPromote", {**RELEASED, "next_package": None}) == "Promoted"
    assert follow(release, "WaitingBehindRollBack", {**RELEASED, "next_package": None}) == "RolledBack"


def test_approval_of_this_domain_starts_a_release(development, of_type):
    rules = of_type(development["VigilDevelopmentCats"], "AWS::Events::Rule").values()
    (rule,) = (one for one in rules if "EventPattern" in one["Properties"])
    (target,) = rule["Properties"]["Targets"]

    assert rule["Properties"]["EventPattern"]["detail"] == {
        "ModelPackageGroupName": ["vigil-cats"],
        "ModelApprovalStatus": ["Approved"],
    }
    assert target["InputTransformer"]["InputPathsMap"] == {"detail-ModelPackageArn": "$.detail.ModelPackageArn"} | {
        "time": "$.time"
    }
    assert target["DeadLetterConfig"]["Arn"]["Fn::GetAtt"][0] in of_type(
        development["VigilDevelopmentCats"], "AWS::SQS::Queue"
    )
