"""What the sandbox adds to MiniStack, put together."""

from sandbox.aws import alarms, hooks, lambda_functions, step_functions
from sandbox.aws.cloudformation import types
from sandbox.aws.sagemaker import service
from sandbox.aws.sagemaker.aws import Aws
from sandbox.aws.settings import Settings


class Running:
    """The parts that have something to stop."""

    def __init__(self, sagemaker: service.SageMaker) -> None:
        self._sagemaker = sagemaker

    def stop(self) -> None:
        self._sagemaker.stop()
        hooks.stop_lambda_workers()


def install(settings: Settings) -> Running:
    """Add everything. Before the first request."""
    lambda_functions.install()
    sagemaker = service.install(settings)
    step_functions.install(sagemaker)
    types.install(settings)
    hooks.leave_alarms_to_us()
    alarms.watch(Aws(settings, settings.account, settings.region))
    return Running(sagemaker)
