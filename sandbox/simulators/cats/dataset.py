"""Drawn pictures and their labels in the form that the `cats` domain documents for a user's own data."""

import io
import json
from pathlib import Path

import numpy as np
from PIL import Image
from rich.progress import Progress, track

from sandbox.simulators.cats.animal import COATS
from sandbox.simulators.cats.scene import picture

FIRST_PICTURE_MS = 1_760_000_000_000
SECONDS_BETWEEN_PICTURES = 61
CLASSES = (*COATS, "NoCat")


def write(folder: Path, pictures: int, seed: int, blemishes: bool = False, bars: Progress | None = None) -> Path:
    """Write `pictures` pictures, as many of each cat and twice as many without one, and `labels.json`.

    `bars`: where progress is shown; None: on a bar of its own.
    """
    rng = np.random.default_rng(seed)
    images = folder / "images"
    images.mkdir(parents=True, exist_ok=True)
    shares = (*CLASSES, "NoCat")
    order = rng.permutation([shares[i % len(shares)] for i in range(pictures)])
    labels = []
    for i, label in enumerate((track if bars is None else bars.track)(order, description="drawing pictures")):
        name = f"{FIRST_PICTURE_MS + i * SECONDS_BETWEEN_PICTURES * 1000}.jpg"
        picture(str(label), rng).save(images / name, quality=85)
        labels.append({"imageName": name, "label": str(label)})
    if blemishes:
        labels += _blemish(images, labels)
    (folder / "labels.json").write_text(json.dumps(labels, indent=1))
    return folder


def _blemish(images: Path, labels: list[dict[str, str]]) -> list[dict[str, str]]:
    """Add what goes wrong in real data beside the pictures drawn; returns the labels of what was added."""
    first = (images / labels[0]["imageName"]).read_bytes()
    png = io.BytesIO()
    Image.new("RGB", (8, 8)).save(png, "PNG")
    broken = {
        "1750000000000.jpg": first,  # an exact copy
        "1750000001000.jpg": first[: len(first) // 2],  # cut off while it was written
        "1750000002000.jpg": b"",
        "1750000003000.jpg": png.getvalue(),
    }
    for name, content in broken.items():
        (images / name).write_bytes(content)
    (images / "1750000004000.jpg").write_bytes((images / labels[1]["imageName"]).read_bytes())  # has no label
    return [{"imageName": name, "label": labels[0]["label"]} for name in (*broken, "1750000005000.jpg")]
