"""A router to test: its endpoints, raw data and captures in memory, its releases as a test says."""

import copy
import json
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from inference.contracts.limits import MAX_REQUEST_BYTES
from inference.contracts.tasks import task_of
from inference.contracts.tasks.base import Question
from lambdas.common.release_state import Release, ReleaseState
from lambdas.router import handler
from lambdas.router.deadline import Deadline
from lambdas.router.http import HttpError
from lambdas.router.models import RouterVariables
from lambdas.router.outcome import Fault, FaultKind, Outcome
from lambdas.router.predict import Router
from lambdas.router.release_state_cache import ReleaseStateCache

EVENT = json.loads((Path(__file__).parents[1] / "events" / "predict.json").read_text())
SLOW = 0.5
"""Seconds, above the challenger's timeout of a tenth."""
CAT = {"label": "Cat", "confidence": 0.9, "scores": {"Cat": 0.9, "NoCat": 0.1}}
NO_CAT = {"label": "NoCat", "confidence": 0.8, "scores": {"Cat": 0.2, "NoCat": 0.8}}


def release(name: str) -> Release:
    return Release(
        release=name,
        address=f"vigil-cats-{name}",
        model_package_arn=f"arn:aws:sagemaker:eu-central-1:123456789012:model-package/vigil-cats/{name[1]}",
        model_data_url="s3://artifacts/model.tar.gz",
        since="2026-11-20T17:00:14Z",
    )


ALONE = ReleaseState(domain="cats", champion=release("r1"))
CHALLENGED = ReleaseState(domain="cats", champion=release("r1"), challenger=release("r2"), percentage=100)
Reply = dict[str, Any] | FaultKind | float


class Endpoints:
    """Replies by release: an answer, a kind of fault, or seconds that it sleeps before it answers `Cat`."""

    def __init__(self, replies: dict[str, Reply]) -> None:
        self.replies = replies
        self.asked: list[str] = []

    def ask(self, one: Release, question: Question, deadline: Deadline) -> Outcome:
        self.asked.append(one.release)
        reply = self.replies[one.release]
        if isinstance(reply, FaultKind):
            return Outcome(one.release, None, Fault(reply, "the model's own words"), 1.0)
        if isinstance(reply, float):
            time.sleep(reply)
        return Outcome(one.release, reply if isinstance(reply, dict) else CAT, None, 1.0)


class Raw:
    def read(self, uri: str, deadline: Deadline) -> bytes:
        if "gone" in uri:
            raise HttpError(404, "no_such_object", f"There is no object {uri} that may be read.")
        return b"\xff\xd8" if "large" not in uri else bytes(MAX_REQUEST_BYTES + 1)


class Captures:
    def __init__(self) -> None:
        self.lines: list[str] = []
        self.broken = False

    def put(self, lines: str, deadline: Deadline) -> None:
        if self.broken:
            raise ClientError({"Error": {"Code": "ServiceUnavailableException"}}, "PutRecord")
        self.lines += lines.splitlines()


class RouterHarness:
    """The router with everything around it: endpoints that reply as a test says, captures and metrics kept."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, context: Any, capsys: pytest.CaptureFixture[str]) -> None:
        self.monkeypatch, self.context, self.capsys = monkeypatch, context, capsys
        self.captures = Captures()
        self.open(ALONE, r1=CAT, r2=CAT)

    def open(
        self, *states: ReleaseState, task: str = "image_classification", slow_ms: float = 1500, **replies: Reply
    ) -> None:
        """The router in front of these releases; it reads the states one after the other."""
        env = RouterVariables(
            domain="cats",
            task=task,
            releases_table="releases",
            captures_stream="captures",
            challenger_timeout_ms=100 if SLOW in replies.values() else 60_000,  # others may have the processor
            slow_ms=slow_ms,
        )
        left = list(states)
        self.endpoints = Endpoints(replies)
        known = ReleaseStateCache(lambda _: left.pop(0) if len(left) > 1 else left[0])
        ask = self.endpoints
        router = Router(env, task_of(task), known, ask, ask, Raw(), self.captures, ThreadPoolExecutor(4))
        self.monkeypatch.setattr(handler, "variables", lambda: env)
        self.monkeypatch.setattr(handler, "router", lambda: router)

    def call(self, event: Any) -> tuple[int, dict[str, Any]]:
        response = handler.lambda_handler(event, self.context)
        return response["statusCode"], json.loads(response["body"])

    def predict(self, **changes: Any) -> tuple[int, dict[str, Any]]:
        event = copy.deepcopy(EVENT)
        event["headers"] |= changes.pop("headers", {})
        return self.call({**event, **changes})

    def post_json(self, body: Any) -> tuple[int, dict[str, Any]]:
        text = body if isinstance(body, str) else json.dumps(body)
        return self.predict(headers={"content-type": "application/json"}, body=text, isBase64Encoded=False)

    def metrics(self) -> dict[tuple[str, str], float]:
        """(release or `domain`, metric) -> sum, of what was emitted so far."""
        sums: dict[tuple[str, str], float] = {}
        for line in self.capsys.readouterr().out.splitlines():
            record = json.loads(line)
            if "_aws" not in record:
                continue
            for metric in record["_aws"]["CloudWatchMetrics"][0]["Metrics"]:
                key = record.get("Release", "domain"), metric["Name"]
                sums[key] = sums.get(key, 0) + sum(record[metric["Name"]])
        return sums


@pytest.fixture
def router_harness(monkeypatch: pytest.MonkeyPatch, context: Any, capsys: pytest.CaptureFixture[str]) -> RouterHarness:
    return RouterHarness(monkeypatch, context, capsys)
