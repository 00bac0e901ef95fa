"""Data prep of 3,000 pictures from a folder that answers like S3, beside the plain way: one by one, fully decoded.

Both wait `FIRST_BYTE_S` for each picture, as they would for S3. The plain way is timed on a sample and scaled.
Writes benchmarks/results/data_prep.json.
"""

import io
import json
import tempfile
import time
from collections.abc import Callable, Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from lambdas.data_prep.clients import Bucket, LabelTable
from lambdas.data_prep.inputs import Inputs
from lambdas.data_prep.labelled_images.prepare import prepare
from lambdas.data_prep.labelled_images.spec import LabelledImages
from lambdas.data_prep.publish import publish

PICTURES = 3_000
SAMPLE = 200
SIZE = (320, 240)
FIRST_BYTE_S = 0.02
MS_BETWEEN_PICTURES = 60_000
"""In their names: pictures that follow closer are one burst, and one group cannot be split."""
RESULT = Path(__file__).parent / "results" / "data_prep.json"
SPEC = LabelledImages(prefix="", classes=("Cat", "NoCat"), at_most={"NoCat": 200})


class Folder:
    """As much of an S3 client as data prep uses."""

    class exceptions:  # noqa: N801 - boto3's name
        NoSuchKey = FileNotFoundError

    def __init__(self, root: Path) -> None:
        self._root = root

    def get_paginator(self, _: str) -> "Folder":
        return self

    def paginate(self, **request: str) -> Iterator[dict[str, Any]]:
        files = (path for path in self._root.rglob("*") if path.is_file())
        keys = {path.relative_to(self._root).as_posix(): path.stat().st_size for path in files}
        yield {
            "Contents": [{"Key": key, "Size": size} for key, size in keys.items() if key.startswith(request["Prefix"])]
        }

    def get_object(self, **request: str) -> dict[str, Any]:
        time.sleep(FIRST_BYTE_S)
        return {"Body": io.BytesIO((self._root / request["Key"]).read_bytes())}

    def head_object(self, **_: str) -> dict[str, Any]:
        return {"Metadata": {}}

    def put_object(self, **request: Any) -> None:
        path = self._root / request["Key"]
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(request["Body"])


class Labels(LabelTable):
    name = "catadata"

    def __init__(self, names: list[str]) -> None:
        self._names = names

    def rows(self) -> Iterator[dict[str, str]]:
        for number, name in enumerate(self._names):
            yield {"imageName": name, "label": SPEC.classes[number % 2]}


def generate(folder: Path) -> list[str]:
    random = np.random.default_rng(0)
    coarse = random.integers(0, 256, (PICTURES, 12, 16, 3), dtype=np.uint8)
    for number in range(PICTURES):
        picture = Image.fromarray(coarse[number]).resize(SIZE, Image.Resampling.BICUBIC)
        picture.save(folder / f"{1_760_000_000_000 + number * MS_BETWEEN_PICTURES}.jpg", quality=90)
    return sorted(path.name for path in folder.iterdir())


def one_by_one(client: Folder, names: list[str]) -> None:
    for name in names:
        body = client.get_object(Key=name)["Body"].read()
        Image.open(io.BytesIO(body)).convert("RGB").load()
        sha256(body).hexdigest()


def timed(work: Callable[[], Any]) -> tuple[float, Any]:
    started = time.perf_counter()
    result = work()
    return time.perf_counter() - started, result


def main() -> None:
    with tempfile.TemporaryDirectory() as raw, tempfile.TemporaryDirectory() as artifacts:
        names = generate(Path(raw))
        client = Folder(Path(raw))
        inputs = Inputs(
            domain="cats",
            run="benchmark",
            spec=SPEC,
            raw=Bucket("raw", client),
            artifacts=Bucket("artifacts", Folder(Path(artifacts))),
            labels=Labels(names),
            remaining_ms=lambda: 900_000,
        )
        seconds, result = timed(lambda: publish("cats", SPEC, prepare(inputs), inputs.artifacts))
        sample_s, _ = timed(lambda: one_by_one(client, names[:SAMPLE]))
    report = {
        "pictures": PICTURES,
        "size": SIZE,
        "first_byte_s": FIRST_BYTE_S,
        "vigil_s": round(seconds, 2),
        "vigil_pictures_per_s": round(PICTURES / seconds),
        "one_by_one_s": round(sample_s * PICTURES / SAMPLE, 2),
        "one_by_one_sample": SAMPLE,
        "items": result.items,
    }
    RESULT.parent.mkdir(exist_ok=True)
    RESULT.write_text(json.dumps(report, indent=1) + "\n")
    print(json.dumps(report, indent=1))


if __name__ == "__main__":
    main()
