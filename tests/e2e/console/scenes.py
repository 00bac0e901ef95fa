"""Pictures of a field with deer in it, and what a model found in them."""

from datetime import UTC, datetime, timedelta
from io import BytesIO

import numpy as np
from PIL import Image, ImageDraw

from inference.contracts.boxes import FoundBox
from inference.contracts.reviews import Answered, Detection, detection_id

WIDTH, HEIGHT = 640, 480
THRESHOLD = 0.4
NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


def detection(number: int, *, domain: str = "deer", classes: tuple[str, ...] = ("deer",)) -> Detection:
    """Every third one has nothing found in it."""
    boxes = [] if number % 3 == 2 else [_box(number, classes[number % len(classes)])]
    return _detection(number, domain, classes, Answered(boxes=tuple(boxes), threshold=THRESHOLD))


def labelled(number: int, *, domain: str, classes: tuple[str, ...]) -> Detection:
    return _detection(number, domain, classes, Answered(label=classes[number % len(classes)]))


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


def picture(of: Detection) -> bytes:
    """JPEG: grass, sky, and an animal where a box is."""
    numbers = np.random.default_rng(int(of.detection_id[-8:], 16))
    image = Image.fromarray(numbers.integers(60, 110, (60, 80, 3), dtype=np.uint8)).resize((WIDTH, HEIGHT))
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 0, WIDTH, 150), fill=(150, 175, 200))
    draw.rectangle((0, 150, WIDTH, 170), fill=(70, 95, 70))
    for box in of.answered.boxes or ():
        draw.ellipse((box.x, box.y + 15, box.x + box.width, box.y + 75), fill=(120, 80, 45))
        for leg in (0.2, 0.35, 0.65, 0.8):
            foot = box.x + leg * box.width
            draw.line((foot, box.y + 60, foot, box.y + box.height), fill=(95, 60, 35), width=7)
    file = BytesIO()
    image.save(file, "JPEG", quality=80)
    return file.getvalue()
