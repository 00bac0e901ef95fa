"""Drawn pictures and their boxes in the forms that the `deer` domain documents for a user's own data."""

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
from PIL import ExifTags, Image
from rich.progress import Progress, track

from sandbox.simulators.deer.camera import HEIGHT, WIDTH, draw_place
from sandbox.simulators.deer.exposure import LIGHTS
from sandbox.simulators.deer.lookalikes import KINDS
from sandbox.simulators.deer.scene import CLASS, Event, Shot

FIRST_EVENT = datetime(2026, 5, 1, tzinfo=UTC)
_LIGHT = (0.5, 0.2, 0.3)
"""Share of day, dusk and night."""
_HERD = (0.55, 0.25, 0.13, 0.07)
"""Share of one to four deer."""


@dataclass(frozen=True, kw_only=True)
class Options:
    pictures: int = 600
    cameras: int = 12
    empties: float = 0.45
    """Share of events without a deer."""
    lookalikes: float = 0.0
    """Share of events without a deer in which something looks like one; a quarter of it where there are deer too."""
    kinds: tuple[str, ...] = KINDS
    """Of look-alikes that come."""
    longest_burst: int = 3
    """Pictures of an event: from one to so many."""
    seed: int = 7
    """Of what happens."""
    places_seed: int = 7
    """Of what cameras look at: the same with another `seed` is another week at the same cameras."""


def write(folder: Path, options: Options = Options(), blemishes: bool = False, bars: Progress | None = None) -> Path:
    """Write `images/<camera>/<event>/<n>.jpg`, `labels.json`, `annotations.json` (COCO) and `truth.json`.

    `labels.json` has a row a picture as the labels table has it (`boxes` is JSON text); `truth.json` says, by picture,
    its light and the look-alikes in it. `bars`: where progress is shown; None: on a bar of its own.
    """
    rows: list[dict[str, str]] = []
    truth: dict[str, dict[str, Any]] = {}
    shown = (track if bars is None else bars.track)(_shots(options), total=options.pictures, description="drawing deer")
    for name, event, shot in shown:
        file = folder / "images" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        camera, burst, _ = name.split("/")
        shot.image.save(file, quality=82, exif=_exif(burst, file.stem))
        boxes = [box.model_dump() for box in shot.boxes]
        rows.append({"imageName": name, "boxes": json.dumps(boxes), "camera": camera, "event": burst})
        truth[name] = {"light": event.light, "lookalikes": list(shot.lookalikes)}
    (folder / "annotations.json").write_text(json.dumps(_coco(rows)))
    if blemishes:
        rows += _blemish(folder / "images", rows)
    (folder / "labels.json").write_text(json.dumps(rows, indent=1))
    (folder / "truth.json").write_text(json.dumps({"options": asdict(options), "pictures": truth}, indent=1))
    return folder


def _shots(options: Options) -> Iterator[tuple[str, Event, Shot]]:
    """Each picture with its name and event. What an event holds depends on the seed and its number alone."""
    places = [draw_place(number, options.places_seed) for number in range(options.cameras)]
    left, number = options.pictures, 0
    while left > 0:
        rng = np.random.default_rng([options.seed, 2, number])
        place = places[int(rng.integers(len(places)))]
        event = Event(place, LIGHTS[rng.choice(len(LIGHTS), p=_LIGHT)], rng)
        empty, alike, herd = rng.random() < options.empties, rng.random(), int(rng.choice(len(_HERD), p=_HERD)) + 1
        if alike < options.lookalikes * (1 if empty else 0.25):
            event.add(str(rng.choice(options.kinds)), 2 if rng.random() < 0.2 else 1)
        if not empty:
            event.add(count=herd)
        for shot in range(min(int(rng.integers(1, options.longest_burst + 1)), left)):
            yield f"{place.name}/s{options.seed}-e{number:04}/{shot}.jpg", event, event.shoot()
            left -= 1
        number += 1


def _exif(burst: str, shot: str) -> Image.Exif:
    """As cameras write it: their make, and when a picture was taken. Events are an hour apart, shots five seconds."""
    taken = FIRST_EVENT + timedelta(hours=int(burst.rpartition("e")[2]), seconds=5 * int(shot))
    exif = Image.Exif()
    exif[ExifTags.Base.Make] = "Drawn"
    exif.get_ifd(ExifTags.IFD.Exif)[ExifTags.Base.DateTimeOriginal] = f"{taken:%Y:%m:%d %H:%M:%S}"
    return exif


def _coco(rows: list[dict[str, str]]) -> dict[str, Any]:
    annotations: list[dict[str, Any]] = []
    for image, row in enumerate(rows, start=1):
        for box in json.loads(row["boxes"]):
            bbox = [box["x"], box["y"], box["width"], box["height"]]
            area = box["width"] * box["height"]
            what = {"image_id": image, "category_id": 1, "iscrowd": 0, "bbox": bbox, "area": area}
            annotations.append({"id": len(annotations) + 1, **what})
    images = [
        {"id": n, "file_name": row["imageName"], "width": WIDTH, "height": HEIGHT, "group": row["event"]}
        | {"camera": row["camera"]}
        for n, row in enumerate(rows, start=1)
    ]
    return {"images": images, "annotations": annotations, "categories": [{"id": 1, "name": CLASS}]}


def _blemish(images: Path, rows: list[dict[str, str]]) -> list[dict[str, str]]:
    """Add what goes wrong in real data, at a camera of its own; returns the rows of what was added."""
    first = (images / rows[0]["imageName"]).read_bytes()
    spoiled = {"camera": "trap-spoiled", "event": "spoiled"}
    (images / "trap-spoiled/spoiled").mkdir(parents=True, exist_ok=True)
    outside = json.dumps([{"label": CLASS, "x": 300.0, "y": 10.0, "width": 90.0, "height": 60.0}])
    broken = {
        "copy.jpg": (first, rows[0]["boxes"]),
        "cut.jpg": (first[: len(first) // 2], "[]"),  # truncated while it was written
        "empty.jpg": (b"", "[]"),
        "outside.jpg": ((images / rows[1]["imageName"]).read_bytes() + b"\0", outside),  # a box that leaves the picture
    }
    for name, (content, _) in broken.items():
        (images / "trap-spoiled/spoiled" / name).write_bytes(content)
    Image.new("RGB", (8, 8)).save(images / "trap-spoiled/spoiled/unlabelled.jpg")
    told = {name: boxes for name, (_, boxes) in broken.items()} | {"gone.jpg": "[]"}
    return [{"imageName": f"trap-spoiled/spoiled/{name}", "boxes": boxes, **spoiled} for name, boxes in told.items()]
