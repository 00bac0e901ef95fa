"""The demo of a domain of labelled pictures: a folder of them and their labels in, each test picture a question."""

from collections.abc import Sequence
from io import BytesIO
from pathlib import Path
from typing import Any

from PIL import Image, ImageDraw, ImageOps

from inference.contracts.labels import LabelledFolder, LabelsError, read_labelled
from lambdas.data_prep.labelled_images.spec import LabelledImages
from sandbox.demo.domain import Demo, DemoError, Question, ReadFile
from sandbox.demo.picture_uploads import upload_pictures
from sandbox.demo.rehearsal import rehearse
from sandbox.demo.request_body import request_body
from sandbox.deployment import Deployment

PREDICTIONS = 60
TILE, ROW = (160, 140), 8


class LabelledImagesDemo(Demo):
    """Raw data are a folder a class, or pictures and `labels.json` or `labels.csv` (`inference/contracts/labels.py`).

    A module says the domain's name, prefix and trainings.
    """

    prefix: str
    """Below which its definition has pictures in the raw bucket."""

    def check(self, raw: Path) -> None:
        labelled_in(raw)

    def data(self, raw: Path) -> LabelledImages | None:
        """The definition's, with which `raw` would be prepared; None: nobody can tell before it is deployed."""
        return None

    def rehearse(self, raw: Path) -> Sequence[str]:
        data, labelled = self.data(raw), labelled_in(raw)
        if data is None:
            return ()
        return rehearse(data, labelled.pictures, [row.model_dump() for row in labelled.rows])

    def upload(self, raw: Path, deployment: Deployment) -> None:
        pictures, rows = labelled_in(raw)
        upload_pictures(deployment, self.name, self.prefix, pictures, [row.model_dump() for row in rows])

    def questions(self, raw: Path, items: Sequence[dict[str, Any]], read: ReadFile) -> Sequence[Question]:
        pictures = labelled_in(raw).pictures
        return [
            Question(
                name=item["path"],
                body=request_body(pictures / item["path"]),
                content_type="image/jpeg",
                entity_id=f"camera-{number}",
                truth=item["label"],
            )
            for number, item in enumerate(items[:: max(1, len(items) // PREDICTIONS)][:PREDICTIONS])
        ]

    def label(self, answer: dict[str, Any]) -> str:
        return answer["label"]

    def picture(self, questions: Sequence[Question], answers: Sequence[dict[str, Any]], file: Path) -> None:
        """A contact sheet: each picture with its answer, green where it is the person's label, red where not."""
        shown = list(zip(questions, answers, strict=True))[: 5 * ROW]
        sheet = Image.new("RGB", (TILE[0] * ROW, TILE[1] * -(-len(shown) // ROW)), "white")
        draw = ImageDraw.Draw(sheet)
        for i, (question, answer) in enumerate(shown):
            x, y = i % ROW * TILE[0], i // ROW * TILE[1]
            with Image.open(BytesIO(question.body)) as image:
                sheet.paste(ImageOps.fit(image, (TILE[0] - 4, TILE[1] - 20)), (x + 2, y))
            right = self.is_right(question, answer)
            text = f"{self.label(answer)} {answer['confidence']:.0%}" + ("" if right else f" (is {question.truth})")
            draw.text((x + 4, y + TILE[1] - 18), text, fill="green" if right else "red")
        sheet.save(file)


def labelled_in(raw: Path) -> LabelledFolder:
    """Raises DemoError where `raw` is in another form."""
    try:
        return read_labelled(raw)
    except LabelsError as error:
        raise DemoError(str(error)) from error
