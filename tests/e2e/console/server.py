"""The console's files and the API that they talk to, in this process: what tests of the pages alone need.

The API is in memory, over the real contracts; a test may take it down, let sign-ins end, or review as somebody else.
"""

import asyncio
import base64
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from inference.contracts.reviews import Detection, Review, ReviewRequest
from lambdas.console.headers import security_headers
from tests.e2e.console import operations
from tests.e2e.console.scenes import picture

STATIC = Path(__file__).parents[3] / "lambdas" / "console" / "static"
STAGE = "/stage"
"""Before the console's path, as the embedded AWS has one."""


@dataclass
class Store:
    detections: dict[str, Detection] = field(default_factory=dict)
    models: tuple[str, ...] = ()
    down: bool = False
    signed_out: bool = False
    waits_s: float = 0.0
    """Before each answer: how far away the API is."""
    decisions: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    """Paths and bodies of what operators decided."""
    posts: list[dict[str, Any]] = field(default_factory=list)
    """Bodies of reviews and undos as they came, those that were refused among them."""

    def add(self, *detections: Detection) -> None:
        self.detections |= {one.detection_id: one for one in detections}
        self.models = tuple(dict.fromkeys([*self.models, *(one.domain for one in detections)]))

    def review(self, id_: str, reviewer: str, asked: ReviewRequest) -> Detection | None:
        """None where the revision is another one."""
        found = self.detections[id_]
        if any(one.review_id == asked.review_id for one in found.reviews):
            return found
        if asked.revision != found.revision:
            return None
        made = Review(**asked.model_dump(), reviewer=reviewer, at=datetime.now(UTC))
        truth = asked.truth(found.answered)
        return self._keep(found, (*found.reviews, made), "reviewed", truth)

    def undo(self, id_: str, review_id: str, revision: int) -> Detection | None:
        found = self.detections[id_]
        if revision != found.revision:
            return None
        now = datetime.now(UTC)
        reviews = tuple(
            one.model_copy(update={"undone_at": now}) if one.review_id == review_id else one for one in found.reviews
        )
        return self._keep(found, reviews, "open", None)

    def _keep(self, found: Detection, reviews: Any, status: str, truth: Any) -> Detection:
        changed = {"reviews": reviews, "status": status, "truth": truth, "revision": found.revision + 1}
        self.detections[found.detection_id] = found.model_copy(update=changed)
        return self.detections[found.detection_id]


def _token(name: str) -> str:
    groups = ["reviewers"] if name == "reviewer" else ["reviewers", "operators"]
    claims = {"username": name, "cognito:groups": groups, "exp": int(time.time()) + 3600}
    middle = base64.urlsafe_b64encode(json.dumps(claims).encode()).decode().rstrip("=")
    return f"none.{middle}.none"


def _caller(request: Request) -> str:
    middle = request.headers["authorization"].split(".")[1]
    return json.loads(base64.urlsafe_b64decode(middle + "=="))["username"]


def make_app(store: Store) -> Starlette:
    def route(path: str, answer: Any, method: str = "GET") -> Route:
        async def guarded(request: Request) -> Response:
            await asyncio.sleep(store.waits_s)
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
        return changed(store.review(id_, _caller(request), ReviewRequest.model_validate(body)), id_)

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
        route("/drift/{domain}", told(lambda domain: {"reports": operations.REPORTS})),
        route("/health", told(lambda: operations.health(store.models))),
    ]
    console = [Route("/config.json", _config), *api, Mount("/", _Console(directory=STATIC, html=True))]
    sign_in = [Route("/oauth2/authorize", _authorize), Route("/oauth2/token", _give_token, methods=["POST"])]
    return Starlette(routes=[Mount(f"{STAGE}/console", routes=console), *sign_in])


class _Console(StaticFiles):
    async def get_response(self, path: str, scope: Any) -> Response:
        answer = await super().get_response(path, scope)
        answer.headers.update({**security_headers("http://127.0.0.1"), "cache-control": "no-cache"})
        return answer


async def _config(request: Request) -> Response:
    origin = str(request.base_url).removesuffix(f"{STAGE}/console/").rstrip("/")
    told = {"client_id": "client", "sign_in": origin, "scope": "openid", "page": "index.html"}
    return JSONResponse(told)


async def _authorize(request: Request) -> Response:
    """The user pool's page: a name is enough here."""
    asked = request.query_params
    if "username" not in asked:
        hidden = "".join(f'<input type="hidden" name="{name}" value="{value}">' for name, value in asked.items())
        return HTMLResponse(f'<form>{hidden}<label>Username <input name="username"></label><button>Sign in</button>')
    assert asked["code_challenge_method"] == "S256"
    return RedirectResponse(f"{asked['redirect_uri']}?code={asked['username']}&state={asked['state']}")


async def _give_token(request: Request) -> Response:
    form = dict(x.split("=") for x in (await request.body()).decode().split("&"))
    return JSONResponse({"access_token": _token(form["code"])})


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
