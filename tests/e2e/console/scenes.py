"""Pictures of a field with deer in it, and what a model found in them."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from io import BytesIO

import numpy as np
from PIL import Image, ImageDraw

from inference.contracts.boxes import FoundBox
from inference.contracts.reviews import Answered, Detection, Frame, detection_id

WIDTH, HEIGHT = 640, 480
THRESHOLD = 0.4
NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


def detection(number: int, *, domain: str = "deer", classes: tuple[str, ...] = ("deer",)) -> Detection:
    """Every third one has nothing found in it."""
    boxes = [] if number % 3 == 2 else [_box(number, classes[number % len(classes)])]
    return _detection(number, domain, classes, Answered(boxes=tuple(boxes), threshold=THRESHOLD))


def labelled(number: int, *, domain: str, classes: tuple[str, ...]) -> Detection:
    return _detection(number, domain, classes, Answered(label=classes[number % len(classes)]))


def frame(number: int, *, recording: str = "evening", classes: tuple[str, ...] = ("ad", "content")) -> Detection:
    """Of a recording, which no model answered: two of each scene."""
    place = Frame(recording=recording, scene=f"{number // 2:04}", number=number % 2)
    made = _detection(number, "ads", classes, Answered())
    return made.model_copy(update={"frame": place, "camera": recording, "release": ""})


def _detection(number: int, domain: str, classes: tuple[str, ...], answered: Answered) -> Detection:
    return Detection(
        detection_id=detection_id(domain, f"request-{number}"),
        domain=domain,
        request_id=f"request-{number}",
        release="r1-0a1b2c",
        at=NOON + timedelta(minutes=number),
        camera=f"meadow-{number % 3}",
        burst=f"burst-{number // 2}",
        width=WIDTH,
        height=HEIGHT,
        classes=classes,
        answered=answered,
        uncertainty=1 - number / 1000,
        sampled=False,
    )


def _box(number: int, label: str) -> FoundBox:
    numbers = np.random.default_rng(number)
    x, y = float(numbers.integers(40, 400)), float(numbers.integers(180, 300))
    return FoundBox(label=label, score=0.4 + 0.02 * (number % 20), x=x, y=y, width=140, height=100)


@lru_cache(maxsize=512)
def picture(of: Detection) -> bytes:
    """JPEG, with an animal where a box is."""
    return draw(of.answered.boxes or (), of.width, of.height, seed=int(of.detection_id[-8:], 16))


def draw(animals: Sequence[FoundBox], width: int, height: int, seed: int) -> bytes:
    """JPEG: grass, sky and these animals."""
    numbers = np.random.default_rng(seed)
    green = np.array((70, 95, 60)) + numbers.integers(-14, 14, (height // 8, width // 8, 1))
    image = Image.fromarray(green.astype(np.uint8)).resize((width, height), Image.Resampling.BICUBIC)
    pen = ImageDraw.Draw(image)
    horizon = height // 3
    pen.rectangle((0, 0, width, horizon), fill=(150, 175, 200))
    pen.rectangle((0, horizon, width, horizon + height // 24), fill=(52, 74, 52))
    for box in animals:
        _animal(pen, box)
    file = BytesIO()
    image.save(file, "JPEG", quality=85)
    return file.getvalue()


def _animal(pen: ImageDraw.ImageDraw, box: FoundBox) -> None:
    def at(across: float, down: float) -> tuple[float, float]:
        return box.x + across * box.width, box.y + down * box.height

    brown, dark = (122, 84, 52), (98, 64, 40)
    for leg in (0.2, 0.3, 0.62, 0.72):
        pen.line((*at(leg, 0.55), *at(leg, 1)), fill=dark, width=max(3, int(box.width / 22)))
    pen.ellipse((*at(0.08, 0.3), *at(0.82, 0.75)), fill=brown)
    pen.polygon([at(0.68, 0.45), at(0.8, 0.6), at(0.92, 0.2), at(0.83, 0.15)], fill=brown)
    pen.ellipse((*at(0.8, 0.08), *at(1, 0.26)), fill=brown)
    for antler in (0.84, 0.9):
        pen.line((*at(antler, 0.1), *at(antler - 0.05, 0)), fill=dark, width=3)
