"""Captures of one request, a JSON line for each item that was answered. Pure."""

from datetime import datetime

from inference.contracts import Capture
from inference.contracts.tasks.base import Answer, Question, Task
from lambdas.router.serve import Served

RECORD_LIMIT = 1000 * 1024
"""Bytes of a record: https://docs.aws.amazon.com/firehose/latest/APIReference/API_PutRecord.html"""


def firehose_records(lines: str) -> list[bytes]:
    """The lines in as few records as Firehose's limit allows; no line is split."""
    found = [bytearray()]
    for line in lines.encode().splitlines(keepends=True):
        if found[-1] and len(found[-1]) + len(line) > RECORD_LIMIT:
            found.append(bytearray())
        found[-1] += line
    return [bytes(record) for record in found]


def capture_lines(
    task: Task,
    served: Served,
    answer: Answer,
    question: Question,
    domain: str,
    request_id: str,
    at: datetime,
    latency_ms: float,
) -> str:
    """JSON lines, one `Capture` for each item of `answer`, which the caller got."""
    champion = served.other if served.challenger is not None and not served.fell_back else None
    known = task.items(champion.answer) if champion is not None and champion.answer is not None else []
    captures = [
        Capture(
            request_id=request_id,
            domain=domain,
            release=served.answered.release,
            at=at,
            entity_id=question.entity_id,
            input=question.summary,
            features=item.features,
            label=item.label,
            scores=item.scores,
            latency_ms=latency_ms,
            shadow_label=known[number].label if number < len(known) else None,
            fallback=served.fell_back,
        )
        for number, item in enumerate(task.items(answer))
    ]
    return "".join(f"{capture.model_dump_json()}\n" for capture in captures)
