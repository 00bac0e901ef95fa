"""One tuning job: what DescribeHyperParameterTuningJob answers, and how its training jobs change it."""

import threading
import time
from dataclasses import dataclass, field

from sandbox.aws.sagemaker.account import Account

_SUMMARY = (
    "TrainingJobName",
    "TrainingJobArn",
    "CreationTime",
    "TrainingStartTime",
    "TrainingEndTime",
    "TrainingJobStatus",
    "FailureReason",
)


@dataclass
class TuningJob:
    """The record, and the names of the training jobs so far."""

    account: Account
    description: dict
    training_jobs: list[str] = field(default_factory=list)
    stop_requested: threading.Event = field(default_factory=threading.Event)
    ended: threading.Event = field(default_factory=threading.Event)

    @property
    def objective(self) -> dict:
        return self.description["HyperParameterTuningJobConfig"]["HyperParameterTuningJobObjective"]

    def end(self, status: str, **fields: object) -> None:
        now = time.time()
        with self.account.lock:
            times = {"LastModifiedTime": now, "HyperParameterTuningEndTime": now}
            self.description |= {"HyperParameterTuningJobStatus": status, **times, **fields}
        self.ended.set()

    def count(self) -> None:
        """Bring the counters and the best job up to date."""
        jobs = [self.summary(name) for name in self.training_jobs]
        statuses = [job["TrainingJobStatus"] for job in jobs]
        measured = [job for job in jobs if "FinalHyperParameterTuningJobObjectiveMetric" in job]
        pending = statuses.count("InProgress")
        with self.account.lock:
            self.description["TrainingJobStatusCounters"] = {
                "Completed": statuses.count("Completed"),
                "InProgress": pending,
                "Stopped": statuses.count("Stopped"),
                "NonRetryableError": statuses.count("Failed"),
                "RetryableError": 0,
            }
            self.description["ObjectiveStatusCounters"] = {
                "Succeeded": len(measured),
                "Pending": pending,
                "Failed": len(jobs) - len(measured) - pending,
            }
            if measured:
                best = max if self.objective["Type"] == "Maximize" else min
                self.description["BestTrainingJob"] = best(
                    measured, key=lambda job: job["FinalHyperParameterTuningJobObjectiveMetric"]["Value"]
                )

    def summary(self, training_job: str) -> dict:
        """A HyperParameterTrainingJobSummary of one training job."""
        job = self.account.training_jobs[training_job].description
        fixed = self.description["TrainingJobDefinition"].get("StaticHyperParameters", {})
        tuned = {key: value for key, value in job["HyperParameters"].items() if key not in fixed}
        summary = {field: job[field] for field in _SUMMARY if field in job} | {"TunedHyperParameters": tuned}
        for metric in job.get("FinalMetricDataList", ()):
            if metric["MetricName"] == self.objective["MetricName"] and job["TrainingJobStatus"] == "Completed":
                final = {"Type": self.objective["Type"], "MetricName": metric["MetricName"], "Value": metric["Value"]}
                summary |= {"ObjectiveStatus": "Succeeded", "FinalHyperParameterTuningJobObjectiveMetric": final}
        return summary
