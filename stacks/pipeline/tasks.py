"""States that call a function of ours."""

from collections.abc import Mapping
from typing import Any

from aws_cdk import Duration
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_stepfunctions as sfn
from aws_cdk import aws_stepfunctions_tasks as tasks
from constructs import Construct

REASON = "{% {'reason': $states.errorOutput.Error & ': ' & $states.errorOutput.Cause} %}"
"""A caught error, as the states that report failures take it."""


def invoke(
    scope: Construct,
    name: str,
    function: lambda_.IFunction,
    *,
    payload: Mapping[str, Any],
    outputs: str = "{% $states.result.Payload %}",
    on_failure: sfn.State | None = None,
) -> tasks.LambdaInvoke:
    """Calls `function` and waits a little longer than it may run. Retries what Lambda itself fails at.

    What remains goes to `on_failure`, which gets `{"reason": ...}`.
    """
    task = tasks.LambdaInvoke.jsonata(
        scope,
        name,
        lambda_function=function,
        payload=sfn.TaskInput.from_object(dict(payload)),
        outputs=outputs,
        retry_on_service_exceptions=True,
        task_timeout=sfn.Timeout.duration(Duration.minutes(16)),
    )
    if on_failure is not None:
        task.add_catch(on_failure, errors=[sfn.Errors.ALL], outputs=REASON)
    return task


def fail(scope: Construct, name: str, what: str) -> sfn.Fail:
    """Ends the execution with the reason that a catch handed over."""
    return sfn.Fail.jsonata(scope, name, error=name, cause=f"{{% '{what}: ' & $states.input.reason %}}")
