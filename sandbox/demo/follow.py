"""Waits for runs and releases, with progress bars from executions, training jobs and log lines."""

import re
import time
from typing import Any

from rich.progress import Progress, TaskID

from lambdas.common.release_state import ReleaseState
from sandbox.demo.domain import DemoError
from sandbox.demo.member_bars import MemberBars
from sandbox.deployment import Deployment

POLL_S = 0.5
APPEARS_WITHIN_S = 180
RELEASE_ENDS_WITHIN_S = 600
ALMOST = 99
LOG_GROUP = "/aws/sagemaker/TrainingJobs"
PROGRESS = re.compile(r"\bprogress=([0-9.]+)")
METRIC = re.compile(r"\b(val\w*)=(-?[0-9.]+)")


def follow_training(deployment: Deployment, domain: str, run: str, bars: Progress) -> dict[str, Any]:
    """Wait for a run's state machine; returns its description. Raises DemoError when the run never started."""
    bar, members = bars.add_task(f"{domain}: {run} starting", total=1.0), MemberBars(domain, bars)
    arn = _execution_arn(deployment.output(domain, "TrainingStateMachine"), run)
    execution = _await_start(deployment, domain, arn)
    while execution["status"] == "RUNNING":
        members.show(_show_job(deployment, domain, run, bars, bar))
        time.sleep(POLL_S)
        execution = deployment.states.describe_execution(executionArn=arn)
    members.show(_log_lines(deployment, run))
    bars.update(bar, completed=1.0, description=f"{domain}: training {execution['status'].lower()}")
    return execution


def _execution_arn(state_machine_arn: str, name: str) -> str:
    return f"{state_machine_arn.replace(':stateMachine:', ':execution:')}:{name}"


def _await_start(deployment: Deployment, domain: str, arn: str) -> dict[str, Any]:
    deadline = time.monotonic() + APPEARS_WITHIN_S
    while time.monotonic() < deadline:
        try:
            return deployment.states.describe_execution(executionArn=arn)
        except deployment.states.exceptions.ExecutionDoesNotExist:
            time.sleep(POLL_S)
    raise DemoError(f"{domain}: no run started within {APPEARS_WITHIN_S} s: {refusals(deployment, domain)}")


def refusals(deployment: Deployment, domain: str) -> str:
    """What the trigger's dead-letter queue holds: the refused payloads with their reasons."""
    messages = deployment.sqs.receive_message(
        QueueUrl=deployment.output(domain, "RefusedTriggers"), MaxNumberOfMessages=10, VisibilityTimeout=0
    )
    return "; ".join(message["Body"] for message in messages.get("Messages", [])) or "its dead-letter queue is empty"


def _show_job(deployment: Deployment, domain: str, run: str, bars: Progress, bar: TaskID) -> list[str]:
    """The log lines of the job so far."""
    try:
        job = deployment.sagemaker.describe_training_job(TrainingJobName=run)
    except deployment.sagemaker.exceptions.ClientError:
        bars.update(bar, description=f"{domain}: preparing data")
        return []
    lines = _log_lines(deployment, run)
    done = [float(value) for line in lines for value in PROGRESS.findall(line)]
    metrics = [f"{name} {value}" for line in lines[-5:] for name, value in METRIC.findall(line)]
    what = f"{domain}: {job['SecondaryStatus'].lower()} {metrics[-1] if metrics else ''}"
    bars.update(bar, completed=done[-1] if done else 0.0, description=what)
    return lines


def _log_lines(deployment: Deployment, run: str) -> list[str]:
    logs = deployment.logs
    try:
        found = logs.describe_log_streams(logGroupName=LOG_GROUP, logStreamNamePrefix=f"{run}/")["logStreams"]
    except logs.exceptions.ClientError:
        return []  # the group appears with the first line
    streams = [stream["logStreamName"] for stream in found]
    if not streams:
        return []
    # By their names: the embedded AWS knows no prefix here.
    events = logs.filter_log_events(logGroupName=LOG_GROUP, logStreamNames=streams)["events"]
    return [event["message"] for event in events]


def follow_release(deployment: Deployment, domain: str, model_package_arn: str, bars: Progress) -> ReleaseState:
    """Wait until the release of a package ended, one way or the other; returns the domain's release state."""
    bar = bars.add_task(f"{domain}: release", total=100)
    deadline = time.monotonic() + RELEASE_ENDS_WITHIN_S
    while time.monotonic() < deadline:
        state = deployment.releases.read(domain)
        if state.champion is not None and state.champion.model_package_arn == model_package_arn:
            bars.update(bar, completed=100, description=f"{domain}: {state.champion.release} promoted")
            return state
        if model_package_arn in state.rolled_back:
            bars.update(bar, completed=0, description=f"{domain}: rolled back")
            return state
        percentage = 0 if state.challenger is None else state.percentage
        words = state.history[-1].event if state.challenger is not None and state.history else "approved"
        done = min(percentage, ALMOST)  # a bar's clock stops for good when it is full
        bars.update(bar, completed=done, description=f"{domain}: release {words} {percentage} %")
        time.sleep(POLL_S)
    raise DemoError(f"{domain}: the release of {model_package_arn} did not end within {RELEASE_ENDS_WITHIN_S} s")
