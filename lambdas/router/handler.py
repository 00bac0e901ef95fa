"""Edge of the router: one HTTP request in, one JSON answer out, in time and never a stack trace."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait
from functools import cache
from typing import Any

from lambdas.common.observability import emit, logger, tracer
from lambdas.router import http
from lambdas.router.deadline import MARGIN_S, Deadline
from lambdas.router.labels import take_labels
from lambdas.router.models import Operation, RouterVariables, http_routes
from lambdas.router.predict import Router
from lambdas.router.setup import make_router

OPERATIONS: dict[Operation, Callable[[Router, http.Request, Deadline], dict[str, Any]]] = {
    "predict": Router.predict,
    "model": Router.model,
    "labels": take_labels,
}
REQUESTS = ThreadPoolExecutor(4)
"""Requests run in threads of their own, so that the caller of one that hangs is answered in time."""


@cache
def variables() -> RouterVariables:
    return RouterVariables.load()


@cache
def router() -> Router:
    """Made once: clients, their connections and the cached release state outlive a request."""
    return make_router(variables())


@tracer.capture_lambda_handler(capture_response=False)
@logger.inject_lambda_context
def lambda_handler(event: Any, context: Any) -> dict[str, Any]:
    deadline = Deadline(context.get_remaining_time_in_millis() / 1000 - MARGIN_S)
    id_ = http.request_id(event)
    try:
        return http.respond(200, _in_time(event, deadline), id_)
    except http.HttpError as error:
        if error.status >= 500 and not error.counted:
            _count_error()
        return http.refuse(error, id_)
    except Exception:
        logger.exception("request failed unexpectedly", extra={"prediction": id_})
        _count_error()
        return http.refuse(http.HttpError(500, "internal", f"The request failed; quote its id {id_}."), id_)


def _in_time(event: Any, deadline: Deadline) -> dict[str, Any]:
    work = REQUESTS.submit(_answer, event, deadline)
    if not wait([work], timeout=deadline.left_s()).done:
        work.cancel()
        logger.error("no answer in time")
        raise http.HttpError(503, "late", "The answer did not come in time; try again in a moment.")
    return work.result()


def _answer(event: Any, deadline: Deadline) -> dict[str, Any]:
    request = http.parse(event)
    routes = http_routes(variables().domain, labels=variables().labels is not None)
    operation = next((one for one, route in routes.items() if request.path.endswith(route.path)), None)
    if operation is None:
        known = ", ".join(route.path for route in routes.values())
        raise http.HttpError(404, "no_such_route", f"There is no {request.path!a:.80}; there are {known}.")
    route = routes[operation]
    if request.method != route.method:
        raise http.HttpError(405, "wrong_method", f"{route.path} takes {route.method}, not {request.method!a:.20}.")
    return OPERATIONS[operation](router(), request, deadline)


def _count_error() -> None:
    env = variables()
    emit(env.namespace, [{"Domain": env.domain}], {"Requests": 1, "Errors": 1})
