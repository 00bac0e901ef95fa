"""SageMaker's API in the embedded AWS: dispatches every request of the SDKs and of Step Functions to its action."""

import asyncio
import contextlib
import contextvars
import json
import logging
import re
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import partial

from sandbox.aws import hooks
from sandbox.aws.clients import Aws
from sandbox.aws.sagemaker import models, moto_fallback, packages, requests, tags
from sandbox.aws.sagemaker.account import Account
from sandbox.aws.sagemaker.endpoints import actions as endpoint_actions
from sandbox.aws.sagemaker.endpoints.invocation import invoke
from sandbox.aws.sagemaker.errors import SageMakerError
from sandbox.aws.sagemaker.training import actions as training_actions
from sandbox.aws.sagemaker.training.job import ENDED
from sandbox.aws.sagemaker.tuning import actions as tuning_actions
from sandbox.aws.settings import Settings

Response = tuple[int, dict[str, str], bytes]
ACTIONS: dict[str, Callable[[Account, dict], dict]] = {
    **tags.ACTIONS,
    **models.ACTIONS,
    **packages.ACTIONS,
    **training_actions.ACTIONS,
    **tuning_actions.ACTIONS,
    **endpoint_actions.ACTIONS,
}

# Not an action of AWS: interrupts a spot training job, which AWS does when it needs the capacity.
INTERRUPT = "SandboxInterruptTrainingJob"
_INVOCATIONS = re.compile(r"^/endpoints/([^/]+)/invocations$")
_log = logging.getLogger(__name__)


class SageMaker:
    """All accounts and Regions. Nothing here runs on the event loop: requests wait for processes and for S3."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._accounts: dict[tuple[str, str], Account] = {}
        # Not the event loop's own threads: a slow container must not keep Lambda or S3 from answering.
        self._threads = ThreadPoolExecutor(max_workers=256, thread_name_prefix="sagemaker")

    def account(self) -> Account:
        """The records of the account and Region that this thread's request is for."""
        account, region = scope = hooks.scope()
        return self._accounts.setdefault(scope, Account(Aws(self._settings, account, region)))

    def call(self, action: str, request: dict) -> dict:
        """Perform one action of the control plane. Raises SageMakerError."""
        if action == INTERRUPT:
            return training_actions.interrupt(self.account(), request)
        if action not in ACTIONS:
            return moto_fallback.call(action, request)
        requests.validate(action, request)
        return ACTIONS[action](self.account(), request)

    async def handle(self, method: str, path: str, headers: Mapping[str, str], body: bytes, query: Mapping) -> Response:
        """Answer one HTTP request; the signature is MiniStack's."""
        context = contextvars.copy_context()
        answer = partial(context.run, self._answer, path, headers, body)
        return await asyncio.get_running_loop().run_in_executor(self._threads, answer)

    def _answer(self, path: str, headers: Mapping[str, str], body: bytes) -> Response:
        try:
            if (match := _INVOCATIONS.match(path)) is not None:
                return invoke(self.account(), match[1], headers, body)
            target = headers.get("x-amz-target", "")
            if not target:
                raise SageMakerError("UnknownOperationException", f"The sandbox does not know the path {path}.", 404)
            answer = self.call(target.partition(".")[2], json.loads(body or b"{}"))
        except SageMakerError as error:
            return error.response()
        except Exception as error:
            _log.exception("SageMaker %s %s", path, headers.get("x-amz-target"))
            return SageMakerError("InternalFailure", repr(error), 500).response()
        return 200, {"Content-Type": "application/x-amz-json-1.1"}, json.dumps(answer).encode()

    def wait_for_end(self, kind: str, name: str, seconds: float) -> None:
        """Return when the job `name` of `kind` has ended, or after `seconds`."""
        self._jobs(kind)[name].ended.wait(seconds)

    def stop_if_running(self, kind: str, name: str) -> None:
        """Stop the job `name` of `kind` unless it has ended."""
        if not self._jobs(kind)[name].ended.is_set():
            # It may end between the question and the request.
            with contextlib.suppress(SageMakerError):
                self.call(f"Stop{kind}", {f"{kind}Name": name})

    def _jobs(self, kind: str) -> dict:
        account = self.account()
        return account.training_jobs if kind == "TrainingJob" else account.tuning_jobs

    def stop(self) -> None:
        """Stop all jobs and endpoints; the guardian kills processes that do not end."""
        for account in self._accounts.values():
            for job in account.training_jobs.values():
                if job.status not in ENDED:
                    job.stop_requested.set()
            for endpoint in account.endpoints.values():
                if endpoint.server is not None:
                    endpoint.server.stop()
        self._threads.shutdown(wait=False, cancel_futures=True)


def install(settings: Settings) -> SageMaker:
    """Add SageMaker to the embedded AWS."""
    service = SageMaker(settings)
    hooks.add_service("sagemaker", "SageMaker", service.handle)
    return service
