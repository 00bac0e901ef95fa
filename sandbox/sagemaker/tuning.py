"""Hyperparameter tuning: training jobs with values drawn at random, one after another, whatever strategy was asked for."""

import copy
import logging
import math
import random
import threading
import time
from dataclasses import dataclass, field

from sandbox.sagemaker.account import Account, page
from sandbox.sagemaker.errors import SageMakerError, in_use, invalid, not_found
from sandbox.sagemaker.training import actions as training

_log = logging.getLogger(__name__)
_LONGEST_PREFIX = 55


@dataclass
class TuningJob:
    """What DescribeHyperParameterTuningJob answers, and the names of the training jobs so far."""

    account: Account
    description: dict
    training_jobs: list[str] = field(default_factory=list)
    stop_requested: threading.Event = field(default_factory=threading.Event)
    ended: threading.Event = field(default_factory=threading.Event)

    def end(self, status: str, **fields: object) -> None:
        now = time.time()
        with self.account.lock:
            self.description |= {"HyperParameterTuningJobStatus": status, "LastModifiedTime": now,
                                 "HyperParameterTuningEndTime": now, **fields}
        self.ended.set()


def create(account: Account, request: dict) -> dict:
    name = request["HyperParameterTuningJobName"]
    if "TrainingJobDefinition" not in request:
        raise invalid("The sandbox tunes one TrainingJobDefinition; TrainingJobDefinitions is not simulated.")
    arn = account.aws.arn("hyper-parameter-tuning-job", name)
    now = time.time()
    job = TuningJob(account, {key: copy.deepcopy(value) for key, value in request.items() if key != "Tags"} | {
        "HyperParameterTuningJobArn": arn, "HyperParameterTuningJobStatus": "InProgress", "CreationTime": now,
        "LastModifiedTime": now})
    with account.lock:
        if name in account.tuning_jobs:
            raise in_use(f"Hyperparameter tuning job names must be unique, and {arn} already exists")
        account.tuning_jobs[name] = job
        _count(job)
        account.tag(arn, request.get("Tags"))
    threading.Thread(target=_run, args=(job,), daemon=True, name=f"tuning {name}").start()
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
        try:
            training.stop(account, {"TrainingJobName": name})
        except SageMakerError:
            # It has ended already.
            continue
    return {}


def list_training_jobs(account: Account, request: dict) -> dict:
    describe(account, request)
    tuning = account.tuning_jobs[request["HyperParameterTuningJobName"]]
    found, more = page([_summary(tuning, name) for name in tuning.training_jobs], request)
    return {"TrainingJobSummaries": found} | more


def _run(tuning: TuningJob) -> None:
    try:
        config = tuning.description["HyperParameterTuningJobConfig"]
        dice = random.Random(config.get("RandomSeed", 0))
        for number in range(1, config["ResourceLimits"]["MaxNumberOfTrainingJobs"] + 1):
            if tuning.stop_requested.is_set():
                break
            _train_once(tuning, number, draw(config.get("ParameterRanges", {}), dice))
        if tuning.stop_requested.is_set():
            tuning.end("Stopped")
        elif "BestTrainingJob" not in tuning.description:
            tuning.end("Failed", FailureReason="No training job succeeded with a value for the objective metric.")
        else:
            tuning.end("Completed")
    except Exception as error:
        _log.exception("tuning job %s", tuning.description["HyperParameterTuningJobName"])
        tuning.end("Failed", FailureReason=str(error))


def _train_once(tuning: TuningJob, number: int, drawn: dict[str, str]) -> None:
    description = tuning.description
    definition = copy.deepcopy(description["TrainingJobDefinition"])
    name = f"{description['HyperParameterTuningJobName'][:_LONGEST_PREFIX]}-{number:03d}"
    fixed = definition.pop("StaticHyperParameters", {})
    for theirs in ("DefinitionName", "TuningObjective", "HyperParameterRanges", "HyperParameterTuningResourceConfig"):
        definition.pop(theirs, None)
    tuning.training_jobs.append(name)
    training.create(tuning.account, definition | {"TrainingJobName": name, "HyperParameters": fixed | drawn},
                    TuningJobArn=description["HyperParameterTuningJobArn"])
    tuning.account.training_jobs[name].ended.wait()
    with tuning.account.lock:
        _count(tuning)


def draw(ranges: dict, dice: random.Random) -> dict[str, str]:
    """One value for each range, as text."""
    drawn = {}
    for integer in ranges.get("IntegerParameterRanges", ()):
        drawn[integer["Name"]] = str(round(_between(integer, dice)))
    for continuous in ranges.get("ContinuousParameterRanges", ()):
        drawn[continuous["Name"]] = repr(_between(continuous, dice))
    for categorical in ranges.get("CategoricalParameterRanges", ()):
        drawn[categorical["Name"]] = dice.choice(categorical["Values"])
    return drawn


def _between(bounds: dict, dice: random.Random) -> float:
    low, high = float(bounds["MinValue"]), float(bounds["MaxValue"])
    if bounds.get("ScalingType") == "Logarithmic":
        return math.exp(dice.uniform(math.log(low), math.log(high)))
    return dice.uniform(low, high)


def _count(tuning: TuningJob) -> None:
    """Bring the counters and the best job up to date."""
    jobs = [_summary(tuning, name) for name in tuning.training_jobs]
    counts = {status: sum(job["TrainingJobStatus"] == status for job in jobs)
              for status in ("Completed", "InProgress", "Stopped", "Failed")}
    measured = [job for job in jobs if "FinalHyperParameterTuningJobObjectiveMetric" in job]
    tuning.description["TrainingJobStatusCounters"] = {
        "Completed": counts["Completed"], "InProgress": counts["InProgress"], "Stopped": counts["Stopped"],
        "NonRetryableError": counts["Failed"], "RetryableError": 0}
    tuning.description["ObjectiveStatusCounters"] = {
        "Succeeded": len(measured), "Pending": counts["InProgress"],
        "Failed": len(jobs) - len(measured) - counts["InProgress"]}
    if measured:
        best = max if _objective(tuning)["Type"] == "Maximize" else min
        tuning.description["BestTrainingJob"] = best(
            measured, key=lambda job: job["FinalHyperParameterTuningJobObjectiveMetric"]["Value"])


def _objective(tuning: TuningJob) -> dict:
    return tuning.description["HyperParameterTuningJobConfig"]["HyperParameterTuningJobObjective"]


def _summary(tuning: TuningJob, name: str) -> dict:
    """A HyperParameterTrainingJobSummary."""
    job = tuning.account.training_jobs[name].description
    fixed = tuning.description["TrainingJobDefinition"].get("StaticHyperParameters", {})
    fields = ("TrainingJobName", "TrainingJobArn", "CreationTime", "TrainingStartTime", "TrainingEndTime",
              "TrainingJobStatus", "FailureReason")
    summary = {field: job[field] for field in fields if field in job} | {"TunedHyperParameters": {
        key: value for key, value in job["HyperParameters"].items() if key not in fixed}}
    objective = _objective(tuning)
    for metric in job.get("FinalMetricDataList", ()):
        if metric["MetricName"] == objective["MetricName"] and job["TrainingJobStatus"] == "Completed":
            summary |= {"ObjectiveStatus": "Succeeded", "FinalHyperParameterTuningJobObjectiveMetric": {
                "Type": objective["Type"], "MetricName": metric["MetricName"], "Value": metric["Value"]}}
    return summary


ACTIONS = {
    "CreateHyperParameterTuningJob": create,
    "DescribeHyperParameterTuningJob": describe,
    "StopHyperParameterTuningJob": stop,
    "ListTrainingJobsForHyperParameterTuningJob": list_training_jobs,
}
