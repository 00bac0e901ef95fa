"""The demo of a domain of pictures with boxes: a folder of them in, each test picture a question."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from inference.contracts.boxes import FoundBox, LabelledBox
from inference.contracts.boxes_item import EMPTY
from lambdas.data_prep.boxes.spec import Boxes
from sandbox.demo.boxed_folder import read_boxed_folder
from sandbox.demo.boxes_picture import draw_boxes
from sandbox.demo.domain import Demo, DemoError, Question, ReadFile
from sandbox.demo.picture_uploads import upload_pictures
from sandbox.demo.rehearsal import rehearse
from sandbox.demo.request_body import request_body
from sandbox.demo.verdicts import match
from sandbox.deployment import Deployment

PREDICTIONS = 60
SHOWN = 10
"""Pictures without a row that are named; the rest is counted."""


@dataclass(frozen=True, kw_only=True)
class BoxedQuestion(Question):
    """A picture of which all boxes are known."""

    boxes: tuple[LabelledBox, ...]
    lookalikes: tuple[str, ...] = ()
    """What in it is taken for what is to be found, where somebody knows."""


class BoxesDemo(Demo):
    """Raw data are pictures with COCO's or MegaDetector's file (`boxed_folder.py`), or with the rows of a labels table.

    A module says the domain's name, prefix and trainings.
    """

    prefix: str
    """Below which its definition has pictures in the raw bucket."""

    def check(self, raw: Path) -> None:
        if not any(json.loads(row["boxes"]) for row in self.rows(raw)):
            raise DemoError(f"{raw} has no box that can be used, and a detector learns from boxes")

    def rows(self, raw: Path) -> list[dict[str, str]]:
        """As the labels table has them. Raises DemoError where there are none."""
        return read_boxed_folder(raw).rows

    def data(self, raw: Path) -> Boxes | None:
        """The definition's, with which `raw` would be prepared; None: nobody can tell before it is deployed."""
        return None

    def rehearse(self, raw: Path) -> Sequence[str]:
        folder, data = read_boxed_folder(raw), self.data(raw)
        unread = [f"left out: {path}: {why}" for path, why in folder.left_out[:SHOWN]]
        if len(folder.left_out) > SHOWN:
            unread.append(f"left out: {len(folder.left_out) - SHOWN} more that the annotations name")
        return unread if data is None else [*unread, *rehearse(data, folder.pictures, folder.rows)]

    def upload(self, raw: Path, deployment: Deployment) -> None:
        pictures, rows, _ = read_boxed_folder(raw)
        upload_pictures(deployment, self.name, self.prefix, pictures, rows)

    def questions(self, raw: Path, items: Sequence[dict[str, Any]], read: ReadFile) -> Sequence[Question]:
        pictures = read_boxed_folder(raw).pictures
        return [
            BoxedQuestion(
                name=item["path"],
                body=request_body(pictures / item["path"]),
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
