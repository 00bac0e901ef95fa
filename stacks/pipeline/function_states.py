"""States that call a Lambda function or end in failure."""

from collections.abc import Mapping
from typing import Any

from aws_cdk import Duration
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_stepfunctions as sfn
from aws_cdk import aws_stepfunctions_tasks as tasks
from constructs import Construct

SENTENCE = (
    "$states.errorOutput.Error & ': ' & ("
    "$contains($states.errorOutput.Cause, '\"errorMessage\"') ? $parse($states.errorOutput.Cause).errorMessage : "
    "$states.errorOutput.Cause)"
)
"""A caught error (JSONata): of a function's exception its message, not its stack."""
REASON = f"{{% {{'reason': {SENTENCE}}} %}}"
"""A caught error, as the states that report failures take it."""

_PASSING = ["Lambda.TooManyRequestsException", "StateChangedError"]
"""Too many functions at once; and release state that changed between reading and writing."""


def invoke(
    scope: Construct,
    name: str,
    function: lambda_.IFunction,
    *,
    payload: Mapping[str, Any],
    outputs: str = "{% $states.result.Payload %}",
    on_failure: sfn.State | None = None,
) -> tasks.LambdaInvoke:
    """Calls `function` and waits a little longer than it may run. Retries what passes by itself.

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
    task.add_retry(errors=_PASSING, interval=Duration.seconds(2), max_attempts=5, jitter_strategy=sfn.JitterType.FULL)
    if on_failure is not None:
        task.add_catch(on_failure, errors=[sfn.Errors.ALL], outputs=REASON)
    return task


def fail(scope: Construct, name: str, what: str, reason: str = "$states.input.reason") -> sfn.Fail:
    """Ends the execution with the reason (a JSONata expression) that a catch handed over."""
    return sfn.Fail.jsonata(scope, name, error=name, cause=f"{{% '{what}: ' & {reason} %}}")
