"""Captures of one request, a JSON line for each prediction. Pure."""

from datetime import datetime
from typing import Any

from inference.contracts import Capture
from lambdas.common.answers import labels, predictions
from lambdas.router.serve import Served
from lambdas.router.task_input import Question

RECORD_LIMIT = 1000 * 1024
"""Bytes of a record: https://docs.aws.amazon.com/firehose/latest/APIReference/API_PutRecord.html"""


def records(lines: str) -> list[bytes]:
    """Whole lines, as few records of them as Firehose takes."""
    found = [bytearray()]
    for line in lines.encode().splitlines(keepends=True):
        if found[-1] and len(found[-1]) + len(line) > RECORD_LIMIT:
            found.append(bytearray())
        found[-1] += line
    return [bytes(record) for record in found]


def capture_lines(
    served: Served,
    answer: dict[str, Any],
    question: Question,
    domain: str,
    request_id: str,
    at: datetime,
    latency_ms: float,
) -> str:
    """Of a request that was served with `answer`."""
    champion = served.other if served.on_trial is not None and not served.fell_back else None
    known = labels(champion.answer) if champion is not None and champion.answer is not None else []
    captures = [
        Capture(
            request_id=request_id,
            domain=domain,
            release=served.answered.release,
            at=at,
            entity_id=question.entity_id,
            input=question.summary,
            features=prediction.get("features", {}),
            label=prediction["label"],
            scores=prediction["scores"],
            latency_ms=latency_ms,
            shadow_label=known[number] if number < len(known) else None,
            fallback=served.fell_back,
        )
        for number, prediction in enumerate(predictions(answer))
    ]
    return "".join(f"{capture.model_dump_json()}\n" for capture in captures)
