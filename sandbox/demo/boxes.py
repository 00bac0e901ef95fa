"""The demo of a domain of pictures with boxes: a folder of them in, each test picture a question."""

import json
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.progress import track

from clients.operator.errors import OperatorError
from clients.operator.imports.boxed import read_boxed
from inference.contracts.boxes import FoundBox, LabelledBox
from inference.contracts.boxes_item import EMPTY
from sandbox.demo.boxes_picture import draw_boxes
from sandbox.demo.domain import Demo, DemoError, Question, ReadFile
from sandbox.demo.verdicts import match
from sandbox.deployment import Deployment

PREDICTIONS = 60
LABELS, COCO = "labels.json", "annotations.json"


@dataclass(frozen=True, kw_only=True)
class BoxedQuestion(Question):
    """A picture of which all boxes are known."""

    boxes: tuple[LabelledBox, ...]
    lookalikes: tuple[str, ...] = ()
    """What in it is taken for what is to be found, where somebody knows."""


class BoxesDemo(Demo):
    """Raw data are `images/` and `annotations.json` (COCO), or `labels.json` as the labels table has it.

    A module says the domain's name, prefix and trainings.
    """

    prefix: str
    """Below which its definition has pictures in the raw bucket."""

    def check(self, raw: Path) -> None:
        if not (raw / "images").is_dir() or not any((raw / name).is_file() for name in (LABELS, COCO)):
            raise DemoError(
                f"{raw} is not a folder of pictures with boxes: it needs images/*.jpg and {COCO}, which is COCO's "
                "format, with the pictures' `camera` and `event`, or `group`"
            )
        if not any(json.loads(row["boxes"]) for row in self.rows(raw)):
            raise DemoError(f"{raw} has no box that can be used, and a detector learns from boxes")

    def rows(self, raw: Path) -> list[dict[str, str]]:
        """As the labels table has them. Raises DemoError where there are none."""
        if (raw / LABELS).is_file():
            return json.loads((raw / LABELS).read_text())
        try:
            read = read_boxed(raw / COCO, "coco", raw / "images", {}, 0.0)
        except OperatorError as error:
            raise DemoError(str(error)) from error
        if not read.rows:
            path, why = read.left_out[0]
            raise DemoError(f"no picture of {raw / COCO} can be used; {path}: {why}")
        return [row.model_dump() for row in read.rows]

    def upload(self, raw: Path, deployment: Deployment) -> None:
        bucket, table = deployment.output(self.name, "RawBucket"), deployment.output(self.name, "LabelsTable")
        pictures = raw / "images"
        files = sorted(file for file in pictures.rglob("*") if file.is_file())

        def put(file: Path) -> None:
            key = f"{self.prefix}{file.relative_to(pictures).as_posix()}"
            deployment.s3.put_object(Bucket=bucket, Key=key, Body=file.read_bytes())

        with ThreadPoolExecutor(8) as pool:
            for _ in track(pool.map(put, files), f"{self.name}: uploading pictures", total=len(files)):
                pass
        rows = self.rows(raw)
        for start in track(range(0, len(rows), 25), f"{self.name}: writing labels"):
            items = [
                {"PutRequest": {"Item": {name: {"S": value} for name, value in row.items() if value}}}
                for row in rows[start : start + 25]
            ]
            deployment.dynamodb.batch_write_item(RequestItems={table: items})

    def questions(self, raw: Path, items: Sequence[dict[str, Any]], read: ReadFile) -> Sequence[Question]:
        return [
            BoxedQuestion(
                name=item["path"],
                body=(raw / "images" / item["path"]).read_bytes(),
                content_type="image/jpeg",
                entity_id=f"camera-{number}",
                truth=item["label"],
                boxes=tuple(LabelledBox.model_validate(box) for box in item["boxes"]),
            )
            for number, item in enumerate(items[:: max(1, len(items) // PREDICTIONS)][:PREDICTIONS])
        ]

    def label(self, answer: dict[str, Any]) -> str:
        return next((box["label"] for box in answer["boxes"]), EMPTY)

    def is_right(self, question: Question, answer: dict[str, Any]) -> bool:
        """Whether every box is found, and nothing else."""
        if not isinstance(question, BoxedQuestion):
            raise TypeError(f"{question.name} is a question without boxes")
        held = match(told(answer), question.boxes)
        return not held.false and not held.missed

    def picture(self, questions: Sequence[Question], answers: Sequence[dict[str, Any]], file: Path) -> None:
        """Each picture with what was found, green where it is there and red where not; what was missed is yellow."""
        pairs = zip(questions, answers, strict=True)
        asked = [(question, told(answer)) for question, answer in pairs if isinstance(question, BoxedQuestion)]
        draw_boxes([(one.name, one.body, one.boxes, (found,)) for one, found in asked], file)


def told(answer: dict[str, Any]) -> tuple[FoundBox, ...]:
    """The boxes that a caller got."""
    return tuple(FoundBox.model_validate(box) for box in answer["boxes"])
