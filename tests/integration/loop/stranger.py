"""Puts malformed requests to a deployed route, as fast as a few callers can, and says what was answered."""

import json
import time
from collections import Counter
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

from clients.predict import PredictClient
from tests.malformed import REFUSALS, Maker, Malformed, draw

CALLERS = 4
"""Fewer than the endpoint's concurrency, so that none is turned away for being one too many."""


class Answers(NamedTuple):
    statuses: Counter[int]
    faults: Counter[tuple[str, str]]
    """(kind, what is wrong with the answer) -> how often."""
    seconds: float


def ask(client: PredictClient, route: str, makers: Mapping[str, Maker], count: int) -> Answers:
    """`count` requests of the kinds that an HTTP client can send and API Gateway hands on."""
    method, path = route.split()
    reaching = {kind: make for kind, make in makers.items() if next(draw({kind: make}, 1, seed=0)).over_http}

    def one(request: Malformed) -> tuple[int, str]:
        headers = {"Content-Type": request.content_type} if request.content_type else {}
        headers |= {} if request.entity_id is None else {"X-Entity-Id": request.entity_id}
        query = f"?{request.query}" if request.query else ""
        status, body = client.send(method, path + query, request.body, headers)
        return status, wrong(status, body)

    started = time.monotonic()
    requests = list(draw(reaching, count, seed=5))
    with ThreadPoolExecutor(CALLERS) as callers:
        answers = list(callers.map(one, requests))
    faults = Counter((request.kind, fault) for request, (_, fault) in zip(requests, answers, strict=True) if fault)
    return Answers(Counter(status for status, _ in answers), faults, time.monotonic() - started)


def wrong(status: int, body: bytes) -> str:
    """What is wrong with an answer to a malformed request, or an empty text."""
    if status not in REFUSALS:
        return f"{status}: {body[:150]!r}"
    answer = json.loads(body)
    if answer.keys() != {"error", "request_id"} or answer["error"].keys() != {"code", "message"}:
        return f"not as documented: {body[:150]!r}"
    return ""
