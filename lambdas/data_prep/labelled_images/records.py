"""Pictures, candidates and rejections as JSON lines: how the parts of a Distributed Map hand over. Pure."""

import json
from collections.abc import Callable, Iterable
from typing import NamedTuple, TypeVar

from lambdas.data_prep.quarantine import Reason, Rejection

R = TypeVar("R")


def lines(records: Iterable[NamedTuple]) -> bytes:
    return "".join(f"{json.dumps(record._asdict())}\n" for record in records).encode()


def parse_lines(kind: Callable[..., R], body: bytes) -> list[R]:
    return [kind(**json.loads(line)) for line in body.splitlines()]


def parse_rejections(body: bytes) -> list[Rejection]:
    return [record._replace(reason=Reason(record.reason)) for record in parse_lines(Rejection, body)]
