"""Step Functions calls SageMaker: the optimized integrations, `.sync` included.

https://docs.aws.amazon.com/step-functions/latest/dg/connect-sagemaker.html
"""

import json
from contextvars import ContextVar
from typing import Any

from sandbox.aws import hooks
from sandbox.aws.sagemaker.errors import SageMakerError
from sandbox.aws.sagemaker.service import SageMaker

_PREFIX = "arn:aws:states:::sagemaker:"
_SIMPLE = ("CreateModel", "CreateEndpointConfig", "CreateEndpoint", "UpdateEndpoint")
_SECONDS_BETWEEN_POLLS = 0.2
# Action that runs a job, and the words its Describe and Stop actions use.
_JOBS = {"CreateTrainingJob": "TrainingJob", "CreateHyperParameterTuningJob": "HyperParameterTuningJob"}

# The fields that AWS's integration takes; docs/decisions/0021 says where that is written.
_TAKES = {
    "CreateTrainingJob": frozenset(
        ("AlgorithmSpecification", "CheckpointConfig", "EnableManagedSpotTraining", "EnableNetworkIsolation")
        + ("Environment", "HyperParameters", "InputDataConfig", "OutputDataConfig", "ResourceConfig", "RoleArn")
        + ("StoppingCondition", "Tags", "TrainingJobName", "VpcConfig")
    ),
    "CreateHyperParameterTuningJob": frozenset(
        ("HyperParameterTuningJobConfig", "HyperParameterTuningJobName", "Tags", "TrainingJobDefinition")
        + ("WarmStartConfig",)
    ),
}

# The execution whose task runs on this thread, and the jobs that the task started.
_execution: ContextVar[dict | None] = ContextVar("execution", default=None)
_started: ContextVar[list[tuple[str, str]] | None] = ContextVar("started", default=None)


def install(sagemaker: SageMaker) -> None:
    """Add the integrations. A task that ends before its job, by a timeout say, stops the job."""
    for action in (*_SIMPLE, *_JOBS):
        hooks.add_integration(_PREFIX + action[0].lower() + action[1:], _integration(sagemaker, action))
    hooks.wrap_task(lambda execute: _with_jobs_of_its_own(sagemaker, execute))
    hooks.wrap_map(_distributed_in_jsonata)


def _integration(sagemaker: SageMaker, action: str):
    def call(resource: str, arguments: dict) -> dict:
        _refuse_unknown(action, arguments)
        answer = _call(sagemaker, action, arguments)
        if not resource.endswith(".sync"):
            return answer
        if action not in _JOBS:
            raise hooks.task_error("States.Runtime", f"{resource}: Step Functions has no .sync form of {action}")
        return _until_ended(sagemaker, _JOBS[action], arguments)

    return call


def _refuse_unknown(action: str, arguments: dict) -> None:
    unknown = sorted(set(arguments) - _TAKES.get(action, set(arguments)))
    if unknown:
        said = ", ".join(f'The field "{name}" is not supported by Step Functions' for name in unknown)
        raise hooks.task_error("States.Runtime", f"{action}: {said}")


def _call(sagemaker: SageMaker, action: str, request: dict) -> dict:
    try:
        return sagemaker.call(action, request)
    except SageMakerError as error:
        raise hooks.task_error(f"SageMaker.{error.code}", error.message) from error


def _until_ended(sagemaker: SageMaker, kind: str, arguments: dict) -> dict:
    """The job's description once it has ended; when the execution ends first, the description as it is then."""
    name = {f"{kind}Name": arguments[f"{kind}Name"]}
    jobs = _started.get()
    if jobs is not None:
        jobs.append((kind, name[f"{kind}Name"]))
    execution = _execution.get()
    while True:
        description = _call(sagemaker, f"Describe{kind}", name)
        status = description[f"{kind}Status"]
        if status == "Completed" or (execution is not None and execution["status"] != "RUNNING"):
            return description
        if status in ("Failed", "Stopped"):
            raise hooks.task_error("States.TaskFailed", json.dumps(description))
        sagemaker.wait_for_end(kind, name[f"{kind}Name"], _SECONDS_BETWEEN_POLLS)


def _with_jobs_of_its_own(sagemaker: SageMaker, execute: hooks.Task) -> hooks.Task:
    def execute_and_tidy(state: dict, raw_input: Any, execution: dict | None, context: dict) -> tuple[Any, str | None]:
        jobs: list[tuple[str, str]] = []
        tokens = _execution.set(execution), _started.set(jobs)
        try:
            return execute(state, raw_input, execution, context)
        finally:
            _execution.reset(tokens[0])
            _started.reset(tokens[1])
            for kind, name in jobs:
                sagemaker.stop_if_running(kind, name)

    return execute_and_tidy


def _distributed_in_jsonata(run_items: hooks.Task) -> hooks.Task:
    """MiniStack's Distributed Map knows no JSONata, its inline map does: the same items, in one execution."""

    def run(state: dict, raw_input: Any, execution: dict | None, context: dict) -> tuple[Any, str | None]:
        processor = state.get("ItemProcessor", {})
        if "Items" not in state or processor.get("ProcessorConfig", {}).get("Mode") != "DISTRIBUTED":
            return run_items(state, raw_input, execution, context)
        inline = {name: value for name, value in processor.items() if name != "ProcessorConfig"}
        try:
            return run_items({**state, "ItemProcessor": inline}, raw_input, execution, context)
        except Exception as error:
            # https://docs.aws.amazon.com/step-functions/latest/dg/state-map-distributed.html: what it says for any item
            cause = "The specified tolerated failure threshold was exceeded"
            raise hooks.task_error("States.ExceedToleratedFailureThreshold", cause) from error

    return run
