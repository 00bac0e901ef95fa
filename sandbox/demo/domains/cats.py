"""The demo's side of the `cats` domain: pictures and labels in, questions out."""

import json
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from pathlib import Path
from typing import Any

from PIL import Image, ImageDraw, ImageOps
from rich.progress import Progress, track

from sandbox.demo.domain import Demo, DemoError, Question, ReadFile
from sandbox.deployment import Deployment
from sandbox.simulators import cats as simulator

PICTURES = 1260  # some 23 test pictures a cat: the gate reads the ends of intervals
PREDICTIONS = 60
SEED = 7
TILE, ROW = (160, 140), 8


class CatsDemo(Demo):
    name = "cats"

    def generate(self, folder: Path, bars: Progress) -> Path:
        return simulator.write(folder, PICTURES, SEED, blemishes=True, bars=bars)

    def check(self, raw: Path) -> None:
        if not (raw / "labels.json").is_file() or not (raw / "images").is_dir():
            raise DemoError(
                f"{raw} is not a folder of cat pictures: it needs images/*.jpg and labels.json, "
                'a list of {"imageName": "1760000000000.jpg", "label": "Boots"}'
            )

    def context(self, raw: Path) -> dict[str, str]:
        classes = sorted({entry["label"] for entry in _labels(raw)})
        return {} if set(classes) == set(simulator.CLASSES) else {"cats:classes": ",".join(classes)}

    def upload(self, raw: Path, deployment: Deployment) -> None:
        bucket, table = deployment.output(self.name, "RawBucket"), deployment.output(self.name, "LabelsTable")
        files = sorted((raw / "images").iterdir())
        with ThreadPoolExecutor(8) as pool:
            uploads = pool.map(lambda f: _upload(deployment, bucket, f), files)
            for _ in track(uploads, "cats: uploading pictures", total=len(files)):
                pass
        labels = _labels(raw)
        for start in track(range(0, len(labels), 25), "cats: writing labels"):
            items = [
                {"PutRequest": {"Item": {"imageName": {"S": entry["imageName"]}, "label": {"S": entry["label"]}}}}
                for entry in labels[start : start + 25]
            ]
            deployment.dynamodb.batch_write_item(RequestItems={table: items})

    def trainings(self, raw: Path, own: bool) -> Sequence[dict[str, Any]]:
        # Both start from the image's own ImageNet weights; the challenger sees more pixels than the champion did.
        # Drawn pictures have 192 x 144 of them, photographs more.
        return ({"imageSize": 96}, {"imageSize": 224 if own else 160, "skipDataPrep": True})

    def questions(self, raw: Path, items: Sequence[dict[str, Any]], read: ReadFile) -> Sequence[Question]:
        return [
            Question(
                name=item["path"],
                body=(raw / "images" / item["path"]).read_bytes(),
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


def _labels(raw: Path) -> list[dict[str, str]]:
    return json.loads((raw / "labels.json").read_text())


def _upload(deployment: Deployment, bucket: str, file: Path) -> None:
    deployment.s3.put_object(Bucket=bucket, Key=f"catcam-training/{file.name}", Body=file.read_bytes())


DEMO = CatsDemo()
