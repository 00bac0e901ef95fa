"""Spot interruptions and hyperparameter tuning."""

import time

import pytest

from sandbox import Sandbox, SandboxError
from tests.integration.waiting import PATIENCE_S, eventually


def wait_for(describe, *statuses: str) -> dict:
    deadline = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline:
        found = describe()
        if {found.get("SecondaryStatus"), found.get("HyperParameterTuningJobStatus")} & set(statuses):
            return found
        time.sleep(0.05)
    raise AssertionError(f"never one of {statuses}: {found}")


def test_only_spot_jobs_are_interrupted(sandbox: Sandbox, training_request: dict) -> None:
    sandbox.client("sagemaker").create_training_job(**training_request | {"TrainingJobName": "on-demand"})

    with pytest.raises(SandboxError, match="spot"):
        sandbox.interrupt("on-demand")


def test_an_interrupted_job_continues_from_its_checkpoint(
    sandbox: Sandbox, training_request: dict, bucket: str
) -> None:
    sagemaker = sandbox.client("sagemaker")
    sagemaker.create_training_job(
        **training_request
        | {
            "TrainingJobName": "spot",
            "HyperParameters": {"epochs": "30", "seconds": "0.1"},
            "EnableManagedSpotTraining": True,
            "CheckpointConfig": {"S3Uri": f"s3://{bucket}/checkpoints/spot"},
            "StoppingCondition": {"MaxRuntimeInSeconds": 60, "MaxWaitTimeInSeconds": 120},
        }
    )

    def describe() -> dict:
        return sagemaker.describe_training_job(TrainingJobName="spot")

    stored = {"Bucket": bucket, "Prefix": "checkpoints/spot/"}
    eventually(lambda: sandbox.client("s3").list_objects_v2(**stored).get("Contents"), "a checkpoint")
    sandbox.interrupt("spot")
    job = wait_for(describe, "Completed", "Failed")

    assert job["SecondaryStatus"] == "Completed"
    assert [step["Status"] for step in job["SecondaryStatusTransitions"]] == [
        "Starting",
        "Downloading",
        "Training",
        "Interrupted",
        "Starting",
        "Downloading",
        "Training",
        "Uploading",
        "Completed",
    ]
    logs = sandbox.client("logs")
    group = "/aws/sagemaker/TrainingJobs"
    lines = [
        event["message"]
        for stream in logs.describe_log_streams(logGroupName=group, logStreamNamePrefix="spot/")["logStreams"]
        for event in logs.get_log_events(logGroupName=group, logStreamName=stream["logStreamName"])["events"]
    ]
    assert len(lines) == len(set(lines)) == 30, "every epoch once: nothing lost, nothing repeated"


def test_tuning_finds_the_best_of_its_jobs(sandbox: Sandbox, training_request: dict) -> None:
    sagemaker = sandbox.client("sagemaker")
    algorithm = training_request["AlgorithmSpecification"] | {
        "MetricDefinitions": [{"Name": "loss", "Regex": r"loss=([0-9.]+)"}]
    }
    sagemaker.create_hyper_parameter_tuning_job(
        HyperParameterTuningJobName="tune",
        HyperParameterTuningJobConfig={
            "Strategy": "Random",
            "RandomSeed": 1,
            "HyperParameterTuningJobObjective": {"Type": "Minimize", "MetricName": "loss"},
            "ResourceLimits": {"MaxNumberOfTrainingJobs": 3, "MaxParallelTrainingJobs": 1},
            "ParameterRanges": {"IntegerParameterRanges": [{"Name": "epochs", "MinValue": "1", "MaxValue": "30"}]},
        },
        TrainingJobDefinition=training_request
        | {"AlgorithmSpecification": algorithm, "StaticHyperParameters": {"seconds": "0"}},
    )

    done = wait_for(
        lambda: sagemaker.describe_hyper_parameter_tuning_job(HyperParameterTuningJobName="tune"), "Completed", "Failed"
    )

    jobs = sagemaker.list_training_jobs_for_hyper_parameter_tuning_job(HyperParameterTuningJobName="tune")
    epochs = [int(job["TunedHyperParameters"]["epochs"]) for job in jobs["TrainingJobSummaries"]]
    assert done["HyperParameterTuningJobStatus"] == "Completed"
    assert done["TrainingJobStatusCounters"]["Completed"] == 3
    assert len(set(epochs)) > 1
    assert int(done["BestTrainingJob"]["TunedHyperParameters"]["epochs"]) == max(epochs)


def test_tuning_without_a_value_of_the_objective_fails(sandbox: Sandbox, training_request: dict) -> None:
    sagemaker = sandbox.client("sagemaker")
    sagemaker.create_hyper_parameter_tuning_job(
        HyperParameterTuningJobName="hopeless",
        HyperParameterTuningJobConfig={
            "Strategy": "Bayesian",
            "HyperParameterTuningJobObjective": {"Type": "Minimize", "MetricName": "loss"},
            "ResourceLimits": {"MaxNumberOfTrainingJobs": 1, "MaxParallelTrainingJobs": 1},
        },
        TrainingJobDefinition=training_request | {"StaticHyperParameters": {"fail": "always"}},
    )

    done = wait_for(
        lambda: sagemaker.describe_hyper_parameter_tuning_job(HyperParameterTuningJobName="hopeless"),
        "Completed",
        "Failed",
    )

    assert done["HyperParameterTuningJobStatus"] == "Failed"
    assert "objective" in done["FailureReason"]
