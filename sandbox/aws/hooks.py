"""Every private hook into MiniStack, and nothing else of MiniStack anywhere in Vigil.

MiniStack has no plug-in interface, so the sandbox reaches into it: this module is the whole list. `check()` runs at
start and names the hook that moved; `tests/contract/test_sandbox_hooks.py` proves what each hook is believed to do.
Import it only after the environment is prepared (`sandbox/aws/server.py`): MiniStack reads its settings when imported.
"""

import inspect
from collections.abc import Awaitable, Callable
from typing import Any

from ministack import app
from ministack.core import lambda_runtime, responses, router
from ministack.services import cloudwatch, eventbridge, lambda_svc, s3, stepfunctions
from ministack.services.cloudformation import provisioners, stacks

# What is called or replaced, with the parameters it must have.
FUNCTIONS: dict[str, tuple[Any, str, tuple[str, ...]]] = {
    "app.app": (app, "app", ("scope", "receive", "send")),
    "responses.request_scope": (responses, "request_scope", ("account_id", "region")),
    "s3._get_object_data": (s3, "_get_object_data", ("bucket_name", "key", "version_id")),
    "eventbridge._put_events": (eventbridge, "_put_events", ("data", "allow_aws_source")),
    "cloudwatch.record_metric": (
        cloudwatch,
        "record_metric",
        ("namespace", "metric_name", "value", "unit", "dimensions"),
    ),
    "cloudwatch._evaluate_alarm": (cloudwatch, "_evaluate_alarm", ("alarm",)),
    "lambda_svc._execute_function_warm": (lambda_svc, "_execute_function_warm", ("func", "event", "request_id")),
    "lambda_svc._resolve_layer_zip": (lambda_svc, "_resolve_layer_zip", ("attachment",)),
    "lambda_runtime.reset": (lambda_runtime, "reset", ()),
    "stepfunctions._execute_task": (stepfunctions, "_execute_task", ("state_def", "raw_input", "execution", "ctx")),
    "stepfunctions._ExecutionError": (stepfunctions, "_ExecutionError", ("error", "cause")),
    "stacks._runs_on_worker_thread": (stacks, "_runs_on_worker_thread", ("resource_type",)),
}
# Tables that get new rows, each with a row it must already have.
TABLES: dict[str, tuple[Any, str, str]] = {
    "router.SERVICE_PATTERNS": (router, "SERVICE_PATTERNS", "s3"),
    "app.SERVICE_HANDLERS": (app, "SERVICE_HANDLERS", "s3"),
    "provisioners._RESOURCE_HANDLERS": (provisioners, "_RESOURCE_HANDLERS", "AWS::S3::Bucket"),
    "stepfunctions._SERVICE_DISPATCH": (stepfunctions, "_SERVICE_DISPATCH", "arn:aws:states:::sns:publish"),
    "stepfunctions._AWS_SDK_SERVICE_MAP": (stepfunctions, "_AWS_SDK_SERVICE_MAP", "dynamodb"),
}

TaskError = stepfunctions._ExecutionError
Task = Callable[[dict, Any, dict | None, dict], tuple[Any, str | None]]
Invoke = Callable[[dict, Any, str], dict]


class HookMovedError(Exception):
    """MiniStack no longer has what the sandbox reaches into."""


def check() -> None:
    """Compare every hook with what the installed MiniStack has.

    Raises HookMovedError naming all hooks that moved.
    """
    moved = []
    for name, (module, attribute, parameters) in FUNCTIONS.items():
        found = getattr(module, attribute, None)
        if found is None:
            moved.append(f"{name} is gone")
        elif (actual := tuple(inspect.signature(found).parameters)) != parameters:
            moved.append(f"{name} takes {actual}, not {parameters}")
    for name, (module, attribute, row) in TABLES.items():
        if row not in getattr(module, attribute, {}):
            moved.append(f"{name} has no row {row!r}")
    if moved:
        raise HookMovedError(
            f"MiniStack moved {len(moved)} of the sandbox's hooks: {'; '.join(moved)}. Install the version that "
            "requirements.txt pins, or adapt sandbox/aws/hooks.py to the new one."
        )


def application() -> Callable:
    """The ASGI application that is the embedded AWS."""
    return app.app


def scope() -> tuple[str, str]:
    """Account and region of the request that is being served on this thread."""
    return responses.get_account_id(), responses.get_region()


def add_service(name: str, target_prefix: str, handler: Callable[..., Awaitable[tuple]]) -> None:
    """Route a service's requests to `handler(method, path, headers, body, query)`, for SDKs and for Step Functions."""
    router.SERVICE_PATTERNS[name] = {"target_prefixes": [f"{target_prefix}."], "host_patterns": [rf"{name}\."]}
    app.SERVICE_HANDLERS[name] = handler
    stepfunctions._AWS_SDK_SERVICE_MAP[name] = {"target_prefix": target_prefix, "protocol": "json"}


def add_integration(resource: str, call: Callable[[str, dict], dict]) -> None:
    """Let Step Functions call `call(resource, arguments)` for an optimized integration, with or without `.sync`."""
    stepfunctions._SERVICE_DISPATCH[resource] = call


def wrap_task(wrap: Callable[[Task], Task]) -> None:
    """Put a wrapper round the execution of every Step Functions task state."""
    stepfunctions._execute_task = wrap(stepfunctions._execute_task)


def resource_types() -> frozenset[str]:
    """The CloudFormation types that can be deployed."""
    return frozenset(provisioners._RESOURCE_HANDLERS)


def add_resource_type(name: str, create: Callable, update: Callable, delete: Callable) -> None:
    """Teach CloudFormation a type: create(logical_id, properties, stack) and update(physical_id, old, new, stack,
    logical_id) answer (physical id, attributes); delete takes (physical_id, properties)."""
    provisioners._RESOURCE_HANDLERS[name] = {
        "create": create,
        "update": update,
        "update_with_logical_id": True,
        "delete": delete,
    }


def provision_off_the_loop(types: frozenset[str]) -> None:
    """Provision these types on threads of their own: they wait for something that the event loop must serve."""
    original = stacks._runs_on_worker_thread
    stacks._runs_on_worker_thread = lambda resource_type: resource_type in types or original(resource_type)


def wrap_lambda(wrap: Callable[[Invoke], Invoke]) -> None:
    """Put a wrapper round every Lambda invocation; it answers {"body", "error"?, "log"}."""
    lambda_svc._execute_function_warm = wrap(lambda_svc._execute_function_warm)


def skip_layers() -> None:
    """Never mount Lambda layers: they hold wheels for Amazon Linux, and functions run on our interpreter's packages."""
    lambda_svc._resolve_layer_zip = lambda attachment: None


def stop_lambda_workers() -> None:
    """End every Lambda worker process."""
    lambda_runtime.reset()


def read_object(account: str, region: str, bucket: str, key: str) -> bytes | None:
    """An object's content without an HTTP request, fifty times faster than GetObject; None when it is not there."""
    with responses.request_scope(account, region):
        return s3._get_object_data(bucket, key)


def put_aws_event(account: str, region: str, entry: dict) -> None:
    """Publish an event whose source is an AWS service, which PutEvents refuses to callers."""
    with responses.request_scope(account, region):
        eventbridge._put_events({"Entries": [entry]}, allow_aws_source=True)


def record_metric(namespace: str, name: str, value: float, unit: str, dimensions: dict[str, str]) -> None:
    """Store one metric value for the account and region of the request that this thread serves."""
    cloudwatch.record_metric(namespace, name, value, unit, dimensions)


def leave_alarms_to_us() -> None:
    """Switch off MiniStack's alarm evaluation, which ignores dimensions, periods and missing data."""
    cloudwatch._evaluate_alarm = lambda alarm: None
