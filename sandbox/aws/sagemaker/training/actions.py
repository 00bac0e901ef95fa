"""CreateTrainingJob, DescribeTrainingJob, StopTrainingJob, ListTrainingJobs."""

import copy
import threading
import time

from sandbox.aws.sagemaker.account import Account, page
from sandbox.aws.sagemaker.errors import in_use, invalid, not_found
from sandbox.aws.sagemaker.training.job import ENDED, TrainingJob
from sandbox.aws.sagemaker.training.runner import run

_SUMMARY = (
    "TrainingJobName",
    "TrainingJobArn",
    "CreationTime",
    "TrainingEndTime",
    "LastModifiedTime",
    "TrainingJobStatus",
    "SecondaryStatus",
)


def create(account: Account, request: dict, **lineage: str) -> dict:
    """Start a training job; `lineage` is what a tuning job adds to the description of the jobs it starts."""
    check(request)
    name = request["TrainingJobName"]
    arn = account.aws.arn("training-job", name)
    now = time.time()
    description = {key: copy.deepcopy(value) for key, value in request.items() if key != "Tags"}
    job = TrainingJob(
        account,
        description
        | lineage
        | {"TrainingJobArn": arn, "CreationTime": now, "LastModifiedTime": now, "SecondaryStatusTransitions": []},
    )
    with account.lock:
        if name in account.training_jobs:
            raise in_use(
                "Training job names must be unique within an AWS account and region, and a training job with "
                f"this name already exists ({arn})"
            )
        account.training_jobs[name] = job
        account.tag(arn, request.get("Tags"))
    job.enter("Starting", "Starting the training job")
    threading.Thread(target=run, args=(job,), daemon=True, name=f"training {name}").start()
    return {"TrainingJobArn": arn}


def check(request: dict) -> None:
    """Refuse requests of the right shape that AWS refuses all the same."""
    algorithm, stopping = request["AlgorithmSpecification"], request["StoppingCondition"]
    runtime, wait = stopping.get("MaxRuntimeInSeconds", 86400), stopping.get("MaxWaitTimeInSeconds")
    problems = []
    if "TrainingImage" not in algorithm:
        problems.append("AlgorithmSpecification.TrainingImage is needed; the sandbox has no marketplace algorithms")
    if request.get("EnableManagedSpotTraining"):
        if wait is None or wait < runtime:
            problems.append(
                f"Invalid MaxWaitTimeInSeconds {wait}. It must be present and be greater than or equal to "
                f"MaxRuntimeInSeconds {runtime}"
            )
        if "CheckpointConfig" not in request:
            problems.append(
                "EnableManagedSpotTraining needs a CheckpointConfig: an interruption loses the job otherwise"
            )
        if "KeepAlivePeriodInSeconds" in request["ResourceConfig"]:
            problems.append("KeepAlivePeriodInSeconds cannot be combined with EnableManagedSpotTraining")
    elif wait is not None:
        problems.append("MaxWaitTimeInSeconds is only for jobs with EnableManagedSpotTraining")
    for channel in request.get("InputDataConfig", ()):
        problems.extend(_channel_problems(channel, algorithm["TrainingInputMode"]))
    names = [channel["ChannelName"] for channel in request.get("InputDataConfig", ())]
    if len(names) != len(set(names)):
        problems.append(f"channel names must be unique: {names}")
    if problems:
        raise invalid("; ".join(problems))


def _channel_problems(channel: dict, default_mode: str) -> list[str]:
    name, mode = channel["ChannelName"], channel.get("InputMode", default_mode)
    source = channel["DataSource"].get("S3DataSource")
    if source is None:
        return [f"channel {name}: the sandbox reads S3DataSource only"]
    if source["S3DataType"] not in ("S3Prefix", "ManifestFile"):
        return [f"channel {name}: the sandbox reads S3Prefix and ManifestFile, not {source['S3DataType']}"]
    if mode == "Pipe" or channel.get("CompressionType", "None") != "None":
        return [f"channel {name}: the sandbox has no Pipe mode and no CompressionType"]
    if mode == "FastFile" and (source["S3DataType"] != "S3Prefix" or not source["S3Uri"].endswith("/")):
        return [f"channel {name}: FastFile needs an S3Prefix that ends with '/', not {source['S3Uri']}"]
    return []


def find(account: Account, name: str) -> TrainingJob:
    if name not in account.training_jobs:
        raise invalid("Requested resource not found.")
    return account.training_jobs[name]


def describe(account: Account, request: dict) -> dict:
    with account.lock:
        return copy.deepcopy(find(account, request["TrainingJobName"]).description)


def stop(account: Account, request: dict) -> dict:
    name = request["TrainingJobName"]
    if name not in account.training_jobs:
        raise not_found(f"Training job {name} not found.")
    job = account.training_jobs[name]
    with account.lock:
        if job.status in ENDED:
            raise invalid(f"The request was rejected because the training job is in status {job.status}.")
        first = not job.stop_requested.is_set()
        job.stop_requested.set()
    if first:
        job.enter("Stopping", "Stopping the training job")
    return {}


def interrupt(account: Account, request: dict) -> dict:
    """Take a spot job's instance away, which AWS does by itself: SIGTERM, SIGKILL after 120 s, and a new start."""
    job = find(account, request["TrainingJobName"])
    if not job.description.get("EnableManagedSpotTraining"):
        raise invalid(f"Training job {job.name} does not use managed spot training: nothing interrupts it.")
    job.interruption_requested.set()
    return {}


def list_jobs(account: Account, request: dict) -> dict:
    with account.lock:
        summaries = [
            {name: job.description[name] for name in _SUMMARY if name in job.description}
            for job in account.training_jobs.values()
            if request.get("StatusEquals") in (None, job.status) and request.get("NameContains", "") in job.name
        ]
    found, more = page(summaries, request)
    return {"TrainingJobSummaries": found} | more


ACTIONS = {
    "CreateTrainingJob": create,
    "DescribeTrainingJob": describe,
    "StopTrainingJob": stop,
    "ListTrainingJobs": list_jobs,
}
