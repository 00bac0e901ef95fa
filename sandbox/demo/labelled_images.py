"""The demo of a domain of labelled pictures: a folder of them and their labels in, each test picture a question."""

import json
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from pathlib import Path
from typing import Any

from PIL import Image, ImageDraw, ImageOps
from rich.progress import track

from sandbox.demo.domain import Demo, DemoError, Question, ReadFile
from sandbox.deployment import Deployment

PREDICTIONS = 60
TILE, ROW = (160, 140), 8


class LabelledImagesDemo(Demo):
    """Raw data are `images/` or `frames/`, and `labels.json`; a module says the domain's name, prefix and trainings."""

    prefix: str
    """Below which its definition has pictures in the raw bucket."""

    def check(self, raw: Path) -> None:
        if not (raw / "labels.json").is_file() or not pictures_of(raw).is_dir():
            raise DemoError(
                f"{raw} is not a folder of labelled pictures: it needs images/*.jpg or frames/ and labels.json, "
                'a list of {"imageName": "1760000000000.jpg", "label": "Boots"}'
            )

    def upload(self, raw: Path, deployment: Deployment) -> None:
        bucket, table = deployment.output(self.name, "RawBucket"), deployment.output(self.name, "LabelsTable")
        pictures = pictures_of(raw)
        files = sorted(file for file in pictures.rglob("*") if file.is_file())
        with ThreadPoolExecutor(8) as pool:
            uploads = pool.map(
                lambda f: _upload(deployment, bucket, f"{self.prefix}{f.relative_to(pictures).as_posix()}", f), files
            )
            for _ in track(uploads, f"{self.name}: uploading pictures", total=len(files)):
                pass
        entries = labels(raw)
        for start in track(range(0, len(entries), 25), f"{self.name}: writing labels"):
            items = [
                {"PutRequest": {"Item": {name: {"S": str(value)} for name, value in entry.items()}}}
                for entry in entries[start : start + 25]
            ]
            deployment.dynamodb.batch_write_item(RequestItems={table: items})

    def questions(self, raw: Path, items: Sequence[dict[str, Any]], read: ReadFile) -> Sequence[Question]:
        return [
            Question(
                name=item["path"],
                body=(pictures_of(raw) / item["path"]).read_bytes(),
                content_type="image/jpeg",
                entity_id=f"camera-{number}",
                truth=item["label"],
            )
            for number, item in enumerate(items[:PREDICTIONS])
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


def pictures_of(raw: Path) -> Path:
    """`frames/`, in which each recording has a folder, or `images/`."""
    return raw / "frames" if (raw / "frames").is_dir() else raw / "images"


def labels(raw: Path) -> list[dict[str, str]]:
    return json.loads((raw / "labels.json").read_text())


def _upload(deployment: Deployment, bucket: str, key: str, file: Path) -> None:
    deployment.s3.put_object(Bucket=bucket, Key=key, Body=file.read_bytes())
