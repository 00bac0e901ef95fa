"""One training job: what DescribeTrainingJob answers, and how it changes."""

import threading
import time
from dataclasses import dataclass, field

from sandbox.aws.clients import milliseconds
from sandbox.aws.sagemaker.account import Account

# https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_DescribeTrainingJob.html, SecondaryStatus
STATUS_OF = {
    "Starting": "InProgress",
    "Downloading": "InProgress",
    "Training": "InProgress",
    "Uploading": "InProgress",
    "Interrupted": "InProgress",
    "Stopping": "Stopping",
    "Completed": "Completed",
    "Failed": "Failed",
    "Stopped": "Stopped",
    "MaxRuntimeExceeded": "Stopped",
    "MaxWaitTimeExceeded": "Stopped",
}
ENDED = ("Completed", "Failed", "Stopped")
_LONGEST_REASON = 1024


@dataclass
class TrainingJob:
    """The record, and the means to reach the thread that runs it."""

    account: Account
    description: dict
    stop_requested: threading.Event = field(default_factory=threading.Event)
    interruption_requested: threading.Event = field(default_factory=threading.Event)
    ended: threading.Event = field(default_factory=threading.Event)

    @property
    def name(self) -> str:
        return self.description["TrainingJobName"]

    @property
    def status(self) -> str:
        return self.description["TrainingJobStatus"]

    def enter(self, secondary: str, message: str, **fields: object) -> None:
        """Go to a secondary status, tell EventBridge, and wake whoever waits for the end."""
        now = time.time()
        with self.account.lock:
            transitions = self.description["SecondaryStatusTransitions"]
            if transitions:
                transitions[-1]["EndTime"] = now
            transitions.append({"Status": secondary, "StartTime": now, "StatusMessage": message})
            status = STATUS_OF[secondary]
            if status == "InProgress" and self.stop_requested.is_set():
                status = "Stopping"
            self.description |= {
                "TrainingJobStatus": status,
                "SecondaryStatus": secondary,
                "LastModifiedTime": now,
                **fields,
            }
            if self.status in ENDED:
                self._close(now)
            detail = milliseconds(self.description)
        self.account.aws.publish("SageMaker Training Job State Change", detail, self.description["TrainingJobArn"])
        if self.status in ENDED:
            self.ended.set()

    def fail(self, reason: str, **fields: object) -> None:
        self.enter("Failed", "Training job failed", FailureReason=reason[:_LONGEST_REASON], **fields)

    def _close(self, now: float) -> None:
        """End times and the seconds that would have been paid for: on AWS they start with the download."""
        started = self.description.setdefault("TrainingStartTime", now)
        seconds = max(1, round(now - started))
        self.description |= {"TrainingEndTime": now, "TrainingTimeInSeconds": seconds, "BillableTimeInSeconds": seconds}
        self.description["SecondaryStatusTransitions"][-1]["EndTime"] = now
