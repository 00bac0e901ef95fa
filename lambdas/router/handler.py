"""Edge of the router: one HTTP request in, one JSON answer out, never a stack trace."""

from functools import cache
from typing import Any

from lambdas.common.observability import emit, logger, tracer
from lambdas.router import http
from lambdas.router.models import RouterEnvironment
from lambdas.router.predict import Predictions
from lambdas.router.setup import set_up


@cache
def environment() -> RouterEnvironment:
    return RouterEnvironment.load()


@cache
def predictions() -> Predictions:
    """Made once: clients, their connections and the known releases outlive a request."""
    return set_up(environment())


@tracer.capture_lambda_handler(capture_response=False)
@logger.inject_lambda_context
def lambda_handler(event: Any, context: Any) -> dict[str, Any]:
    env = environment()
    id_ = http.request_id(event)
    try:
        return http.respond(200, _answer(http.parse(event), env.domain), id_)
    except http.HttpError as error:
        return http.refuse(error, id_)
    except Exception:
        logger.exception("a request broke the router", extra={"prediction": id_})
        emit(env.namespace, [{"Domain": env.domain}], {"Errors": 1})
        return http.refuse(http.HttpError(500, "internal", f"The request failed; quote its id {id_}."), id_)


def _answer(request: http.Request, domain: str) -> dict[str, Any]:
    routes = {
        f"/v1/{domain}/predict": ("POST", lambda: predictions().answer(request)),
        f"/v1/{domain}/model": ("GET", lambda: predictions().serving()),
    }
    path = next((path for path in routes if request.path.endswith(path)), None)
    if path is None:
        raise http.HttpError(404, "no_such_route", f"There is no {request.path:.80}; there are {', '.join(routes)}.")
    method, answer = routes[path]
    if request.method != method:
        raise http.HttpError(405, "wrong_method", f"{path} takes {method}, not {request.method:.10}.")
    return answer()
