"""Pictures, candidates and rejections as JSON lines: what the steps of a Distributed Map hand over. Pure."""

import json
from collections.abc import Callable, Iterable
from typing import NamedTuple, TypeVar

R = TypeVar("R")


def lines(records: Iterable[NamedTuple]) -> bytes:
    return "".join(f"{json.dumps(record._asdict())}\n" for record in records).encode()


def parse_lines(kind: Callable[..., R], body: bytes) -> list[R]:
    return [kind(**json.loads(line)) for line in body.splitlines()]
