"""Training jobs of the embedded AWS, with a toy image and no Docker."""

import io
import json
import tarfile
import time
from typing import Any

import pytest
from botocore.exceptions import ClientError

from sandbox import Sandbox
from tests.integration.waiting import PATIENCE_S, eventually


def run(sandbox: Sandbox, name: str, request: dict, **changes: Any) -> dict:
    """Run a job to its end and answer its description."""
    sandbox.client("sagemaker").create_training_job(**request | {"TrainingJobName": name} | changes)
    return until(sandbox, name, "Completed", "Failed", "Stopped")


def until(sandbox: Sandbox, name: str, *statuses: str) -> dict:
    deadline = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline:
        job = sandbox.client("sagemaker").describe_training_job(TrainingJobName=name)
        if {job["TrainingJobStatus"], job["SecondaryStatus"]} & set(statuses):
            return job
        time.sleep(0.05)
    raise AssertionError(f"{name} is still {job['SecondaryStatus']}, not one of {statuses}")


def members(sandbox: Sandbox, uri: str) -> dict[str, bytes]:
    bucket, _, key = uri.removeprefix("s3://").partition("/")
    content = sandbox.client("s3").get_object(Bucket=bucket, Key=key)["Body"].read()
    with tarfile.open(fileobj=io.BytesIO(content)) as archive:
        return {member.name: archive.extractfile(member).read() for member in archive if member.isfile()}


def found(sandbox: Sandbox, bucket: str, prefix: str) -> list[str]:
    listed = sandbox.client("s3").list_objects_v2(Bucket=bucket, Prefix=prefix)
    return [entry["Key"] for entry in listed.get("Contents", ())]


def test_a_job_that_fails_says_why_in_its_own_words(sandbox: Sandbox, training_request: dict) -> None:
    job = run(sandbox, "fails", training_request, HyperParameters={"fail": "the labels name no picture"})

    assert job["TrainingJobStatus"] == "Failed"
    assert job["FailureReason"] == "AlgorithmError: the labels name no picture, exit code: 3"
    assert "ModelArtifacts" not in job or not job["ModelArtifacts"].get("S3ModelArtifacts")


def test_an_image_that_is_not_in_the_assembly_fails_the_job(sandbox: Sandbox, training_request: dict) -> None:
    algorithm = {"TrainingImage": "123456789012.dkr.ecr.us-west-2.amazonaws.com/x:nowhere", "TrainingInputMode": "File"}

    job = run(sandbox, "no-image", training_request, AlgorithmSpecification=algorithm)

    assert job["FailureReason"].startswith("ClientError: image")
    assert "nowhere" in job["FailureReason"]


def test_a_channel_without_objects_fails_the_job(sandbox: Sandbox, training_request: dict, bucket: str) -> None:
    job = run(sandbox, "no-data", training_request, InputDataConfig=[channel("images", f"s3://{bucket}/empty/")])

    assert job["TrainingJobStatus"] == "Failed"
    assert f"s3://{bucket}/empty/" in job["FailureReason"]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"EnableManagedSpotTraining": True}, "MaxWaitTimeInSeconds"),
        ({"StoppingCondition": {"MaxRuntimeInSeconds": 60, "MaxWaitTimeInSeconds": 90}}, "EnableManagedSpotTraining"),
        ({"TrainingJobName": "under_score"}, "TrainingJobName"),
        ({"HyperParameters": {"x": "y" * 3000}}, "HyperParameters"),
    ],
)
def test_what_aws_refuses_is_refused(sandbox: Sandbox, training_request: dict, changes: dict, said: str) -> None:
    with pytest.raises(ClientError, match=said) as refused:
        sandbox.client("sagemaker").create_training_job(**training_request | {"TrainingJobName": "never"} | changes)

    assert refused.value.response["Error"]["Code"] == "ValidationException"


def channel(name: str, uri: str, kind: str = "S3Prefix") -> dict:
    return {"ChannelName": name, "DataSource": {"S3DataSource": {"S3DataType": kind, "S3Uri": uri}}}


def test_a_job_sees_its_channels_and_no_credentials_and_leaves_its_model(
    sandbox: Sandbox, training_request: dict, bucket: str
) -> None:
    s3 = sandbox.client("s3")
    for key in ("set/a/1.jpg", "set/2.jpg", "single/model.pt", "raw/p/x.jpg", "raw/y.jpg"):
        s3.put_object(Bucket=bucket, Key=key, Body=key.encode())
    manifest = [{"prefix": f"s3://{bucket}/raw/"}, "p/x.jpg", "y.jpg"]
    s3.put_object(Bucket=bucket, Key="images.manifest", Body=json.dumps(manifest).encode())
    definitions = [{"Name": "loss", "Regex": r"loss=([0-9.]+)"}]

    job = run(
        sandbox,
        "learns",
        training_request,
        InputDataConfig=[
            channel("dataset", f"s3://{bucket}/set"),
            channel("pretrained", f"s3://{bucket}/single/model.pt"),
            channel("images", f"s3://{bucket}/images.manifest", "ManifestFile"),
        ],
        AlgorithmSpecification=training_request["AlgorithmSpecification"] | {"MetricDefinitions": definitions},
        Environment={"TOY_SIZE": "big"},
    )

    assert job["TrainingJobStatus"] == "Completed", job.get("FailureReason")
    assert [step["Status"] for step in job["SecondaryStatusTransitions"]] == [
        "Starting",
        "Downloading",
        "Training",
        "Uploading",
        "Completed",
    ]
    assert job["FinalMetricDataList"][0]["Value"] == pytest.approx(0.3333)
    assert members(sandbox, job["ModelArtifacts"]["S3ModelArtifacts"]) == {"model.txt": b"started at 0"}
    seen = json.loads(members(sandbox, f"s3://{bucket}/runs/learns/output/output.tar.gz")["seen.json"])
    assert seen["files"] == [
        "input/data/dataset/2.jpg",
        "input/data/dataset/a/1.jpg",
        "input/data/images-manifest",
        "input/data/images/p/x.jpg",
        "input/data/images/y.jpg",
        "input/data/pretrained/model.pt",
    ]
    assert not [name for name in seen["environment"] if name.startswith(("AWS_", "MINISTACK", "GATEWAY"))]
    assert (seen["environment"]["TOY_COLOUR"], seen["environment"]["TOY_SIZE"]) == ("blue", "big")
    assert seen["environment"]["TRAINING_JOB_NAME"] == "learns"


def test_log_lines_are_in_cloudwatch(sandbox: Sandbox, training_request: dict) -> None:
    run(sandbox, "talks", training_request)

    logs = sandbox.client("logs")
    group = "/aws/sagemaker/TrainingJobs"
    streams = logs.describe_log_streams(logGroupName=group, logStreamNamePrefix="talks/algo-1-")["logStreams"]
    events = logs.get_log_events(logGroupName=group, logStreamName=streams[0]["logStreamName"])["events"]
    assert [event["message"] for event in events] == [
        "epoch=0 loss=1.0000",
        "epoch=1 loss=0.5000",
        "epoch=2 loss=0.3333",
    ]


def test_a_job_that_is_stopped_keeps_its_model_and_its_checkpoints(
    sandbox: Sandbox, training_request: dict, bucket: str
) -> None:
    sagemaker = sandbox.client("sagemaker")
    changes = {
        "TrainingJobName": "stops",
        "HyperParameters": {"epochs": "100000", "seconds": "0.05"},
        "CheckpointConfig": {"S3Uri": f"s3://{bucket}/checkpoints/stops"},
    }
    sagemaker.create_training_job(**training_request | changes)
    stored = eventually(lambda: found(sandbox, bucket, "checkpoints/stops/"), "a checkpoint of the running job")
    stored_while_running = sandbox.client("s3").get_object(Bucket=bucket, Key=stored[0])["Body"].read()
    sagemaker.stop_training_job(TrainingJobName="stops")
    job = until(sandbox, "stops", "Stopped")

    assert stored == ["checkpoints/stops/epoch"]
    assert int(stored_while_running) > 0
    assert members(sandbox, job["ModelArtifacts"]["S3ModelArtifacts"]) == {"model.txt": b"stopped"}
    with pytest.raises(ClientError, match="Stopped"):
        sagemaker.stop_training_job(TrainingJobName="stops")


def test_a_job_that_takes_too_long_is_stopped_and_the_next_one_continues(
    sandbox: Sandbox, training_request: dict, bucket: str
) -> None:
    checkpoints = {"CheckpointConfig": {"S3Uri": f"s3://{bucket}/checkpoints/long/"}}
    # Longer than a busy machine takes to start the process.
    limit = {"StoppingCondition": {"MaxRuntimeInSeconds": 3}}
    slow = {"HyperParameters": {"epochs": "1000", "seconds": "0.1"}, **limit}

    first = run(sandbox, "long-1", training_request, **checkpoints, **slow)
    second = run(sandbox, "long-2", training_request, **checkpoints, HyperParameters={"epochs": "1000"})

    assert (first["TrainingJobStatus"], first["SecondaryStatus"]) == ("Stopped", "MaxRuntimeExceeded")
    assert second["TrainingJobStatus"] == "Completed"
    started_at = int(members(sandbox, second["ModelArtifacts"]["S3ModelArtifacts"])["model.txt"].split()[-1])
    assert started_at > 0


def test_a_name_is_used_once(sandbox: Sandbox, training_request: dict) -> None:
    run(sandbox, "once", training_request)

    with pytest.raises(ClientError, match="already exists") as refused:
        run(sandbox, "once", training_request)
    assert refused.value.response["Error"]["Code"] == "ResourceInUse"
