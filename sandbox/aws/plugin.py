"""The plug-in: what the sandbox adds to MiniStack, put together."""

from collections.abc import Callable

from sandbox.aws import alarms, hooks, lambda_functions, step_functions
from sandbox.aws.clients import Aws
from sandbox.aws.cloudformation import types
from sandbox.aws.sagemaker import service
from sandbox.aws.settings import Settings


def install(settings: Settings) -> Callable[[], None]:
    """Add everything, before the first request. Returns the function that stops jobs, endpoints and Lambda workers."""
    hooks.check()
    lambda_functions.install()
    sagemaker = service.install(settings)
    step_functions.install(sagemaker)
    types.install(settings)
    hooks.disable_alarm_evaluation()
    alarms.watch(Aws(settings, settings.account, settings.region))

    def stop() -> None:
        sagemaker.stop()
        hooks.stop_lambda_workers()

    return stop
