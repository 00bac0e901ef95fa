"""What people look at, in the job's output: numbers, test pictures with what was found in them, and the weights."""

import json
from collections.abc import Sequence
from pathlib import Path

import torch
from PIL import Image, ImageDraw, ImageOps

from inference.contracts import Evaluation, Split
from inference.contracts.boxes import Box, FoundBox, LabelledBox
from inference.contracts.tasks.object_detection import SAME_OBJECT, pairs
from inference.package import load_manifest
from inference.predictor import open_predictor
from training_containers.contract import OptMl
from training_containers.object_detection.answers import Answered
from training_containers.object_detection.architectures import FILE
from training_containers.object_detection.package import DetectorPackager

NUMBERS, PICTURES = "training_results.json", "test_pictures.jpg"
SHOWN, COLUMNS, SIDE = 24, 6, 240
TRUE, RIGHT, WRONG = "#ffffff", "#30d158", "#ff453a"


def write_results(opt_ml: OptMl, packager: DetectorPackager) -> None:
    """From a finished package. A run with the folder as channel `pretrained` starts from these weights."""
    package, output = opt_ml.model, opt_ml.output_data
    evaluation = Evaluation.model_validate_json((package / "evaluation.json").read_bytes())
    shown = {"dataset_version", "test_items", "metrics", "intervals", "per_class", "dummy", "champion", "components"}
    text = json.dumps(evaluation.model_dump(mode="json", include=shown), indent=1)
    (output / NUMBERS).write_text(text + "\n", encoding="utf-8")
    torch.save(packager.detector.state_dict(), output / FILE)
    answers = packager.answers(open_predictor(package, load_manifest(package)), Split.TEST)
    draw_pictures(answers, packager.dataset.images).save(output / PICTURES, quality=85)


def draw_pictures(answers: Sequence[Answered], images: Path) -> Image.Image:
    """A sheet of pictures, those with mistakes first: true boxes white, told ones green where they are, else red."""
    chosen = sorted(answers, key=lambda one: -_mistakes(one))[:SHOWN]
    rows = -(-len(chosen) // COLUMNS)
    sheet = Image.new("RGB", (COLUMNS * SIDE, max(1, rows) * SIDE), "#1c1c1e")
    for number, one in enumerate(chosen):
        row, column = divmod(number, COLUMNS)
        sheet.paste(_drawn(one, images), (column * SIDE, row * SIDE))
    return sheet


def _mistakes(one: Answered) -> int:
    hits = sum(like is not None for _, like in _likes(one))
    return len(one.answer.told) + len(one.item.boxes) - 2 * hits


def _likes(one: Answered) -> list[tuple[FoundBox, LabelledBox | None]]:
    """Each told box with the true one that it is, if any."""
    return list(pairs(one.answer.told, one.item.boxes, SAME_OBJECT))


def _drawn(one: Answered, images: Path) -> Image.Image:
    with Image.open(images / one.item.path) as file:
        picture = ImageOps.exif_transpose(file).convert("RGB").resize((SIDE, SIDE))
    pen = ImageDraw.Draw(picture)
    for true in one.item.boxes:
        _rectangle(pen, one, true, TRUE)
    for told, like in _likes(one):
        _rectangle(pen, one, told, WRONG if like is None else RIGHT)
    return picture


def _rectangle(pen: ImageDraw.ImageDraw, one: Answered, box: Box, colour: str) -> None:
    wide, high = SIDE / one.item.width, SIDE / one.item.height
    corners = (box.x * wide, box.y * high, (box.x + box.width) * wide, (box.y + box.height) * high)
    pen.rectangle(corners, outline=colour, width=2)
