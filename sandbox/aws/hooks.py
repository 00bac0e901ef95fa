"""Every private hook into MiniStack and moto; no other module of the sandbox imports either.

Neither has a plug-in interface, so the sandbox reaches into them: the hooks declared here are the whole list.
`check()` runs at start and names each hook that moved; `tests/contract/test_sandbox_hooks.py` proves what each one is
believed to do. Importing this module imports neither library: the first use of a hook does. MiniStack reads its
settings when it is imported, so prepare the environment before (`sandbox/aws/server.py`).
"""

import inspect
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import Any

Task = Callable[[dict, Any, dict | None, dict], tuple[Any, str | None]]
Invoke = Callable[[dict, Any, str], dict]


class HookMovedError(Exception):
    """MiniStack or moto no longer has what the sandbox reaches into."""


@dataclass(frozen=True)
class Function:
    """A function or class that is called or replaced, with the parameters it must have."""

    module: str
    name: str
    parameters: tuple[str, ...]

    def get(self) -> Any:
        return getattr(import_module(self.module), self.name)

    def __call__(self, *arguments: Any, **named: Any) -> Any:
        return self.get()(*arguments, **named)

    def replace(self, replacement: Callable) -> None:
        setattr(import_module(self.module), self.name, replacement)

    def check(self) -> str:
        """What moved, or an empty text."""
        try:
            actual = tuple(inspect.signature(self.get()).parameters)
        except (ImportError, AttributeError):
            return f"{self.module}.{self.name} is gone"
        return "" if actual == self.parameters else f"{self.module}.{self.name} takes {actual}, not {self.parameters}"


@dataclass(frozen=True)
class Table:
    """A dictionary that gets new rows, with a row that it must already have."""

    module: str
    name: str
    row: str

    def get(self) -> dict[str, Any]:
        return getattr(import_module(self.module), self.name)

    def check(self) -> str:
        """What moved, or an empty text."""
        try:
            found = self.row in self.get()
        except (ImportError, AttributeError):
            return f"{self.module}.{self.name} is gone"
        return "" if found else f"{self.module}.{self.name} has no row {self.row!r}"


_APP = Function("ministack.app", "app", ("scope", "receive", "send"))
_GET_ACCOUNT_ID = Function("ministack.core.responses", "get_account_id", ())
_GET_REGION = Function("ministack.core.responses", "get_region", ())
_REQUEST_SCOPE = Function("ministack.core.responses", "request_scope", ("account_id", "region"))
_RESET_LAMBDA_WORKERS = Function("ministack.core.lambda_runtime", "reset", ())
_EXECUTE_LAMBDA = Function("ministack.services.lambda_svc", "_execute_function_warm", ("func", "event", "request_id"))
_RESOLVE_LAYER = Function("ministack.services.lambda_svc", "_resolve_layer_zip", ("attachment",))
_GET_OBJECT = Function("ministack.services.s3", "_get_object_data", ("bucket_name", "key", "version_id"))
_PUT_EVENTS = Function("ministack.services.eventbridge", "_put_events", ("data", "allow_aws_source"))
_RECORD_METRIC = Function(
    "ministack.services.cloudwatch", "record_metric", ("namespace", "metric_name", "value", "unit", "dimensions")
)
_EVALUATE_ALARM = Function("ministack.services.cloudwatch", "_evaluate_alarm", ("alarm",))
_EXECUTE_TASK = Function(
    "ministack.services.stepfunctions", "_execute_task", ("state_def", "raw_input", "execution", "ctx")
)
_RUN_MAP_ITEMS = Function(
    "ministack.services.stepfunctions", "_run_map_items", ("state_def", "raw_input", "execution", "ctx")
)
_EXECUTION_ERROR = Function("ministack.services.stepfunctions", "_ExecutionError", ("error", "cause"))
_RUNS_ON_WORKER_THREAD = Function(
    "ministack.services.cloudformation.stacks", "_runs_on_worker_thread", ("resource_type",)
)
_MOTO_APPLICATION = Function("moto.moto_server.werkzeug_app", "create_backend_app", ("service",))

_SERVICE_PATTERNS = Table("ministack.core.router", "SERVICE_PATTERNS", "s3")
_SERVICE_HANDLERS = Table("ministack.app", "SERVICE_HANDLERS", "s3")
_RESOURCE_HANDLERS = Table("ministack.services.cloudformation.provisioners", "_RESOURCE_HANDLERS", "AWS::S3::Bucket")
_INTEGRATIONS = Table("ministack.services.stepfunctions", "_SERVICE_DISPATCH", "arn:aws:states:::sns:publish")
_SDK_INTEGRATIONS = Table("ministack.services.stepfunctions", "_AWS_SDK_SERVICE_MAP", "dynamodb")

HOOKS = tuple(hook for hook in list(globals().values()) if isinstance(hook, Function | Table))


def check() -> None:
    """Compare every hook with what the installed MiniStack and moto have.

    Raises HookMovedError naming all hooks that moved.
    """
    moved = [fault for hook in HOOKS if (fault := hook.check())]
    if moved:
        raise HookMovedError(
            f"{len(moved)} of the sandbox's hooks moved: {'; '.join(moved)}. Install the versions that "
            "requirements.txt pins, or adapt sandbox/aws/hooks.py to the new ones."
        )


def application() -> Callable:
    """The ASGI application that is the embedded AWS."""
    return _APP.get()


def scope() -> tuple[str, str]:
    """Account and region of the request that is being served on this thread."""
    return _GET_ACCOUNT_ID(), _GET_REGION()


def add_service(name: str, target_prefix: str, handler: Callable[..., Awaitable[tuple]]) -> None:
    """Route a service's requests to `handler(method, path, headers, body, query)`, for SDKs and for Step Functions."""
    _SERVICE_PATTERNS.get()[name] = {"target_prefixes": [f"{target_prefix}."], "host_patterns": [rf"{name}\."]}
    _SERVICE_HANDLERS.get()[name] = handler
    _SDK_INTEGRATIONS.get()[name] = {"target_prefix": target_prefix, "protocol": "json"}


def add_integration(resource: str, call: Callable[[str, dict], dict]) -> None:
    """Let Step Functions call `call(resource, arguments)` for an optimized integration, with or without `.sync`."""
    _INTEGRATIONS.get()[resource] = call


def wrap_task(wrap: Callable[[Task], Task]) -> None:
    """Put a wrapper round the execution of every Step Functions task state."""
    _EXECUTE_TASK.replace(wrap(_EXECUTE_TASK.get()))


def wrap_map(wrap: Callable[[Task], Task]) -> None:
    """Put a wrapper round what every Step Functions map state does with its items."""
    _RUN_MAP_ITEMS.replace(wrap(_RUN_MAP_ITEMS.get()))


def task_error(error: str, cause: str) -> Exception:
    """What an integration raises to fail its task state: `Catch` and `Retry` match `error`."""
    return _EXECUTION_ERROR(error, cause)


def resource_types() -> frozenset[str]:
    """The CloudFormation types that can be deployed."""
    return frozenset(_RESOURCE_HANDLERS.get())


def add_resource_type(name: str, create: Callable, update: Callable, delete: Callable) -> None:
    """Register a CloudFormation type: create(logical_id, properties, stack) and update(physical_id, old, new, stack,
    logical_id) answer (physical id, attributes); delete takes (physical_id, properties)."""
    _RESOURCE_HANDLERS.get()[name] = {
        "create": create,
        "update": update,
        "update_with_logical_id": True,
        "delete": delete,
    }


def provision_on_threads(types: frozenset[str]) -> None:
    """Provision these types on threads of their own: they wait for something that the event loop must serve."""
    original = _RUNS_ON_WORKER_THREAD.get()
    _RUNS_ON_WORKER_THREAD.replace(lambda resource_type: resource_type in types or original(resource_type))


def wrap_lambda(wrap: Callable[[Invoke], Invoke]) -> None:
    """Put a wrapper round every Lambda invocation; it answers {"body", "error"?, "log"}."""
    _EXECUTE_LAMBDA.replace(wrap(_EXECUTE_LAMBDA.get()))


def skip_layers() -> None:
    """Never mount Lambda layers: they hold wheels for Amazon Linux, and functions run on our interpreter's packages."""
    _RESOLVE_LAYER.replace(lambda attachment: None)


def stop_lambda_workers() -> None:
    """End every Lambda worker process."""
    _RESET_LAMBDA_WORKERS()


def read_object(account: str, region: str, bucket: str, key: str) -> bytes | None:
    """An object's content without an HTTP request, fifty times faster than GetObject; None when it is not there."""
    with _REQUEST_SCOPE(account, region):
        return _GET_OBJECT(bucket, key)


def put_aws_event(account: str, region: str, entry: dict) -> None:
    """Publish an event whose source is an AWS service, which PutEvents refuses to callers."""
    with _REQUEST_SCOPE(account, region):
        _PUT_EVENTS({"Entries": [entry]}, allow_aws_source=True)


def record_metric(namespace: str, name: str, value: float, unit: str, dimensions: dict[str, str]) -> None:
    """Store one metric value for the account and region of the request that this thread serves."""
    _RECORD_METRIC(namespace, name, value, unit, dimensions)


def disable_alarm_evaluation() -> None:
    """Switch off MiniStack's alarm evaluation, which ignores dimensions, periods and missing data."""
    _EVALUATE_ALARM.replace(lambda alarm: None)


@cache
def moto_client(service: str) -> Any:
    """werkzeug's test client of moto's HTTP application for one service, whose records live in this process."""
    return _MOTO_APPLICATION(service).test_client()
