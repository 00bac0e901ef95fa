"""CreateHyperParameterTuningJob, its Describe and Stop, and the list of its training jobs."""

import contextlib
import copy
import threading
import time

from sandbox.aws.sagemaker.account import Account, page
from sandbox.aws.sagemaker.errors import SageMakerError, in_use, invalid, not_found
from sandbox.aws.sagemaker.training import actions as training
from sandbox.aws.sagemaker.tuning.job import TuningJob
from sandbox.aws.sagemaker.tuning.search import run


def create(account: Account, request: dict) -> dict:
    name = request["HyperParameterTuningJobName"]
    if "TrainingJobDefinition" not in request:
        raise invalid("The sandbox tunes one TrainingJobDefinition; TrainingJobDefinitions is not simulated.")
    arn = account.aws.arn("hyper-parameter-tuning-job", name)
    now = time.time()
    job = TuningJob(
        account,
        {key: copy.deepcopy(value) for key, value in request.items() if key != "Tags"}
        | {
            "HyperParameterTuningJobArn": arn,
            "HyperParameterTuningJobStatus": "InProgress",
            "CreationTime": now,
            "LastModifiedTime": now,
        },
    )
    with account.lock:
        if name in account.tuning_jobs:
            raise in_use(f"Hyperparameter tuning job names must be unique, and {arn} already exists")
        account.tuning_jobs[name] = job
        job.count()
        account.tag(arn, request.get("Tags"))
    threading.Thread(target=run, args=(job,), daemon=True, name=f"tuning {name}").start()
    return {"HyperParameterTuningJobArn": arn}


def describe(account: Account, request: dict) -> dict:
    name = request["HyperParameterTuningJobName"]
    if name not in account.tuning_jobs:
        raise not_found(f"Hyperparameter tuning job {name} not found.")
    with account.lock:
        return copy.deepcopy(account.tuning_jobs[name].description)


def stop(account: Account, request: dict) -> dict:
    describe(account, request)
    job = account.tuning_jobs[request["HyperParameterTuningJobName"]]
    with account.lock:
        if job.ended.is_set():
            return {}
        job.stop_requested.set()
        job.description["HyperParameterTuningJobStatus"] = "Stopping"
    for name in job.training_jobs:
        # Most of them have ended already.
        with contextlib.suppress(SageMakerError):
            training.stop(account, {"TrainingJobName": name})
    return {}


def list_training_jobs(account: Account, request: dict) -> dict:
    describe(account, request)
    tuning = account.tuning_jobs[request["HyperParameterTuningJobName"]]
    found, more = page([tuning.summary(name) for name in tuning.training_jobs], request)
    return {"TrainingJobSummaries": found} | more


ACTIONS = {
    "CreateHyperParameterTuningJob": create,
    "DescribeHyperParameterTuningJob": describe,
    "StopHyperParameterTuningJob": stop,
    "ListTrainingJobsForHyperParameterTuningJob": list_training_jobs,
}
