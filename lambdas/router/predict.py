"""What each route of the router does: predicts, with metrics and a capture; describes what serves now."""

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any, NamedTuple

from botocore.exceptions import BotoCoreError, ClientError

from inference.contracts.tasks.base import Question, Task
from lambdas.common.observability import emit, logger
from lambdas.router.captures import capture_lines
from lambdas.router.clients import CaptureStream, Endpoints, RawBuckets
from lambdas.router.deadline import Deadline
from lambdas.router.detections import Detections
from lambdas.router.http import HttpError, Request
from lambdas.router.metrics import domain_metrics, release_metrics
from lambdas.router.models import RouterVariables
from lambdas.router.outcome import Fault, FaultKind, Outcome
from lambdas.router.question import question
from lambdas.router.release_state_cache import ReleaseStateCache
from lambdas.router.retries import OutOfTime
from lambdas.router.route import choose
from lambdas.router.serve import Served, serve


class Router(NamedTuple):
    """One domain's router with its clients."""

    env: RouterVariables
    task: Task
    releases: ReleaseStateCache
    champion: Endpoints
    challenger: Endpoints
    raw: RawBuckets
    captures: CaptureStream
    threads: ThreadPoolExecutor
    detections: Detections | None = None
    """None: people do not review."""

    def predict(self, request: Request, deadline: Deadline) -> dict[str, Any]:
        """The model's answer and the release that gave it; raises HttpError."""
        asked = question(request, self.task, lambda uri: self.raw.read(uri, deadline))
        started = time.perf_counter()
        served = self._serve(asked, deadline)
        if self._was_replaced(served.answered, deadline):
            served = self._serve(asked, deadline)
        latency_ms = (time.perf_counter() - started) * 1000
        self._emit(served, latency_ms, deadline)
        answer = served.answered.answer
        if answer is None:
            raise _refusal(served.answered.fault)
        release = served.answered.release
        handed_over = None
        if self.detections is not None:
            handed_over = self.detections.begin(request.id, release, answer, asked, deadline)
        self._capture(served, answer, asked, request.id, latency_ms, deadline)
        if handed_over is not None:
            handed_over()
        return {**self.task.for_caller(answer), "release": release}

    def model(self, request: Request, deadline: Deadline) -> dict[str, Any]:
        """The releases that serve now; raises HttpError."""
        if request.body:
            raise HttpError(400, "bad_request", f"The request has a body of {len(request.body)} bytes; it takes none.")
        state = self.releases.get(deadline)
        told = {"release", "model_package_arn", "since"}
        return {
            "domain": state.domain,
            "champion": None if state.champion is None else state.champion.model_dump(mode="json", include=told),
            "challenger": None if state.challenger is None else state.challenger.model_dump(mode="json", include=told),
            "percentage": state.percentage,
        }

    def _serve(self, asked: Question, deadline: Deadline) -> Served:
        route = choose(self.releases.get(deadline), asked.entity_id)
        if route is None:
            domain = self.env.domain
            told = f"{domain} has no release yet; train a model and approve it first."
            raise HttpError(503, "no_release", told, counted=True)  # nothing has failed
        return serve(
            route,
            lambda release: self.champion.ask(release, asked, deadline),
            lambda release: self.challenger.ask(release, asked, deadline),
            self.threads,
            self.env.challenger_timeout_ms / 1000,
        )

    def _was_replaced(self, answered: Outcome, deadline: Deadline) -> bool:
        """Whether the champion was switched a moment ago: a request may reach its endpoint as that is deleted."""
        if answered.fault is None or answered.fault.kind not in (FaultKind.MISSING, FaultKind.FAILED):
            return False
        champion = self.releases.refresh(deadline).champion
        return answered.fault.kind is FaultKind.MISSING or (
            champion is not None and champion.release != answered.release
        )

    def _emit(self, served: Served, latency_ms: float, deadline: Deadline) -> None:
        domain = {"Domain": self.env.domain}
        if not deadline.is_over:  # the edge has refused and counted it
            emit(self.env.namespace, [domain], domain_metrics(served, latency_ms))
        for release, measured in release_metrics(served, self.task, self.env.slow_ms).items():
            emit(self.env.namespace, [{**domain, "Release": release}], measured)
        for outcome in (served.answered, served.other):
            if outcome is not None and outcome.fault is not None:
                logger.warning("no answer", extra={"release": outcome.release, "fault": outcome.fault._asdict()})

    def _capture(
        self,
        served: Served,
        answer: dict[str, Any],
        asked: Question,
        request_id: str,
        latency_ms: float,
        deadline: Deadline,
    ) -> None:
        """Never raises for a capture that fails: the prediction is answered all the same."""
        try:
            now = datetime.now(UTC)
            lines = capture_lines(self.task, served, answer, asked, self.env.domain, request_id, now, latency_ms)
            self.captures.put(lines, deadline)
        except (ClientError, BotoCoreError, OutOfTime, ValueError) as error:
            logger.error("capture lost", extra={"error": str(error), "prediction": request_id})
            emit(self.env.namespace, [{"Domain": self.env.domain}], {"CapturesLost": 1})


def _refusal(fault: Fault | None) -> HttpError:
    match fault:
        case Fault(FaultKind.BAD_INPUT, message):
            return HttpError(422, "unreadable", message)
        case Fault(FaultKind.THROTTLED):
            return HttpError(429, "throttled", "Too many requests at once; try again in a moment.")
        case _:
            return HttpError(
                503, "unavailable", "The model does not answer just now; try again in a moment.", counted=True
            )
