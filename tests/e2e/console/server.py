"""The console's files and the API that they talk to, in this process: what tests of the pages alone need.

The API is in memory, over the real contracts; a test may take it down, let sign-ins end, or review as somebody else.
"""

import asyncio
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from inference.contracts.reviews import Detection, ReviewRequest
from lambdas.console.headers import security_headers
from tests.e2e.console import operations, sign_in, watching
from tests.e2e.console.scenes import picture
from tests.e2e.console.store import Store

STATIC = Path(__file__).parents[3] / "lambdas" / "console" / "static"
STAGE = "/stage"
"""Before the console's path, as the embedded AWS has one."""


def make_app(store: Store) -> Starlette:
    def route(path: str, answer: Any, method: str = "GET") -> Route:
        async def guarded(request: Request) -> Response:
            path = request.url.path.partition("/api/v1")[2]
            await asyncio.sleep(store.waits_s + store.slow.get(path, 0.0))
            if store.down:
                return JSONResponse({"error": {"code": "internal", "message": "down"}}, 503)
            if store.signed_out or "authorization" not in request.headers:
                return JSONResponse({"message": "Unauthorized"}, 401)
            body = await request.json() if method == "POST" else {}
            return answer(request, body)

        return Route(f"/api/v1{path}", guarded, methods=[method])

    def page(request: Request, _: Any) -> Response:
        asked = request.query_params
        mine = [one for one in store.detections.values() if one.domain == asked["domain"]]
        mine.sort(key=lambda one: -one.at.timestamp() if asked.get("order") == "newest" else -one.uncertainty)
        # `after` is a place among all of the domain's, so that reviews meanwhile change nothing.
        listed = [
            (place, one)
            for place, one in enumerate(mine, start=1)
            if place > int(asked.get("after", 0))
            and one.status == asked.get("status", "open")
            and one.camera == asked.get("camera", one.camera)
        ]
        shown = listed[: int(asked.get("limit", 20))]
        following = str(shown[-1][0]) if len(listed) > len(shown) else None
        return JSONResponse({"detections": [one.model_dump(mode="json") for _, one in shown], "next": following})

    def one(request: Request, _: Any) -> Response:
        found = store.detections.get(request.path_params["id"])
        if found is None:
            return JSONResponse({"error": {"code": "no_such_detection", "message": "There is none."}}, 404)
        return JSONResponse(found.model_dump(mode="json"))

    def jpeg(request: Request, _: Any) -> Response:
        return Response(picture(store.detections[request.path_params["id"]]), media_type="image/jpeg")

    def changed(found: Detection | None, id_: str) -> Response:
        if found is not None:
            return JSONResponse(found.model_dump(mode="json"))
        current = store.detections[id_].model_dump(mode="json")
        error = {"code": "conflict", "message": "Somebody else has reviewed it meanwhile."}
        return JSONResponse({"error": error, "current": current}, 409)

    def review(request: Request, body: Any) -> Response:
        store.posts.append(body)
        id_ = request.path_params["id"]
        return changed(store.review(id_, sign_in.caller(request), ReviewRequest.model_validate(body)), id_)

    def undo(request: Request, body: Any) -> Response:
        store.posts.append(body)
        id_ = request.path_params["id"]
        return changed(store.undo(id_, body["review_id"], body["revision"]), id_)

    def models(_: Request, __: Any) -> Response:
        return JSONResponse({"models": [operations.summary(name) for name in store.models]})

    def told(make: Any) -> Any:
        return lambda request, _: JSONResponse(make(**request.path_params))

    def decided(request: Request, body: Any) -> Response:
        store.decisions.append((request.url.path.partition("/api/v1/")[2], body))
        return JSONResponse(operations.model("deer") | {"run": "run-7", "status": "started", "why": "asked for"})

    def progress(domain: str) -> dict[str, Any]:
        return operations.progress(domain, [one for one in store.detections.values() if one.domain == domain])

    api = [
        route("/models", models),
        route("/detections", page),
        route("/detections/{id}", one),
        route("/detections/{id}/picture", jpeg),
        route("/detections/{id}/review", review, "POST"),
        route("/detections/{id}/undo", undo, "POST"),
        route("/reviews/{domain}", told(progress)),
        route("/datasets/{domain}", told(lambda domain: operations.DATASETS)),
        route("/models/{name}", told(operations.model)),
        route("/models/{name}/versions/{number}", told(operations.version)),
        route("/models/{name}/versions/{number}/promote", decided, "POST"),
        route("/models/{name}/rollback", decided, "POST"),
        route("/runs/{domain}", told(lambda domain: {"runs": operations.RUNS, "next": None})),
        route("/runs/{domain}", decided, "POST"),
        route("/drift/{domain}", told(lambda domain: {"reports": watching.REPORTS})),
        route("/health", told(lambda: watching.health(store.models))),
    ]
    console = [Route("/config.json", _config), *api, Mount("/", _Console(directory=STATIC, html=True))]
    return Starlette(routes=[Mount(f"{STAGE}/console", routes=console), *sign_in.ROUTES])


class _Console(StaticFiles):
    async def get_response(self, path: str, scope: Any) -> Response:
        answer = await super().get_response(path, scope)
        answer.headers.update({**security_headers("http://127.0.0.1"), "cache-control": "no-cache"})
        return answer


async def _config(request: Request) -> Response:
    origin = str(request.base_url).removesuffix(f"{STAGE}/console/").rstrip("/")
    told = {"client_id": "client", "sign_in": origin, "scope": "openid", "page": "index.html"}
    return JSONResponse(told)


@contextmanager
def serving(store: Store) -> Iterator[str]:
    """Address of the console."""
    config = uvicorn.Config(make_app(store), host="127.0.0.1", port=0, log_level="warning", timeout_graceful_shutdown=1)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    try:
        yield f"http://127.0.0.1:{port}{STAGE}/console/index.html"
    finally:
        server.should_exit = True
        thread.join()
