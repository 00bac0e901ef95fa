"""A task that Vigil does not have: a picture in, boxes out. Its answers have no label and no `predictions`."""

from pathlib import Path
from typing import Any

from inference.contracts import PackageManifest
from inference.contracts.reviews import Answered
from inference.contracts.tasks.base import Answer, AnsweredItem, Question, ReadS3, Request


class BoxesTask:
    """An answer is `{"boxes": [[left, top, right, bottom], ...], "sureness": [...]}`, the surest box first."""

    name = "boxes"
    reads: tuple[str, ...] = ("image/webp",)
    accepts: tuple[str, ...] = ("image/webp",)
    predictor = "tests.unit.boxes_task"

    def question(self, request: Request, read_s3: ReadS3) -> Question:
        return Question(request.body, "image/webp", request.entity_id or request.id, {"bytes": len(request.body)})

    def validate(self, answer: Any) -> str:
        return "" if isinstance(answer, dict) and isinstance(answer.get("boxes"), list) else "boxes are expected"

    def for_caller(self, answer: Answer) -> Answer:
        return {"boxes": answer["boxes"]}

    def items(self, answer: Answer) -> list[AnsweredItem]:
        return [AnsweredItem(None, {"surest": max(answer["sureness"], default=0.0)}, {"light": 0.5})]

    def agrees(self, one: Answer, other: Answer) -> bool:
        return len(one["boxes"]) == len(other["boxes"])

    def golden_fault(self, expected: Answer, answer: Answer, tolerance: float) -> str:
        if not self.agrees(expected, answer):
            return f"found {len(answer['boxes'])} boxes, expected {len(expected['boxes'])}"
        sides = zip(sum(expected["boxes"], []), sum(answer["boxes"], []), strict=True)
        moved = max((abs(one - other) for one, other in sides), default=0.0)
        return f"a box is off by {moved:g}" if moved > tolerance else ""

    def answered(self, answer: Answer) -> Answered | None:
        return None

    def uncertainty(self, answer: Answer) -> float:
        return 0.0


class BoxesPredictor:
    def predict(self, body: bytes, content_type: str) -> dict[str, Any]:
        return boxes(*([[0, 0, 1, float(byte)] for byte in body]))


def boxes(*found: list[float]) -> Answer:
    return {"boxes": list(found), "sureness": [0.9] * len(found)}


def load(directory: Path, manifest: PackageManifest) -> BoxesPredictor:
    return BoxesPredictor()
