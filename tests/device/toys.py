"""Releases whose networks are a few words of JSON, and their bundles."""

import base64
import io
import json
import tarfile
import time
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from clients.device.model import Network, Pixels
from clients.device.tasks import Outputs
from inference.contracts.edge import EDGE_FILE, EDGE_GOLDEN, EDGE_MODEL, EdgeCandidate, EdgeModel

DOMAIN, CLASSES, SIZE = "ads", ("ad", "content"), 32
RED, BLUE = (200, 40, 40), (40, 40, 200)


def picture(colour: tuple[int, int, int] = RED) -> bytes:
    """A PNG of one colour."""
    file = io.BytesIO()
    Image.new("RGB", (48, 40), colour).save(file, "PNG")
    return file.getvalue()


def open_toy(path: Path) -> Network:
    """Scores are (share, 1 - share) for a reddish picture and the other way for others; see `toy`."""
    told = json.loads(path.read_bytes())
    if told.get("dies_on_opening"):
        raise RuntimeError("no such operator")
    calls = 0

    def answer(pixels: Pixels) -> Outputs:
        nonlocal calls
        calls += 1
        if calls > told.get("works_for", calls):
            raise RuntimeError("out of memory")
        if calls > told.get("quick_for", calls):
            time.sleep(told["slow_s"])
        share = told["share"] if pixels[..., 0].mean() > pixels[..., 2].mean() else 1 - told["share"]
        return [np.array([[share, 1 - share]], np.float32)]

    return answer


def toy(share: float = 0.9, padding: int = 0, **misbehaves: object) -> bytes:
    """A network's file. It may work for so many calls, or be quick for so many and then take `slow_s`."""
    return json.dumps({"share": share, **misbehaves, "padding": "x" * padding}).encode()


def golden(share: float = 0.9) -> bytes:
    lines = []
    for colour, ad in ((RED, share), (BLUE, 1 - share)):
        scores = {"ad": ad, "content": 1 - ad}
        label = max(scores, key=lambda name: scores[name])
        answer = {"label": label, "confidence": scores[label], "scores": scores}
        body = base64.b64encode(picture(colour)).decode()
        lines.append(json.dumps({"content_type": "image/png", "body_base64": body, "answer": answer}))
    return "\n".join(lines).encode()


def edge_files(
    model: bytes, requests: bytes, domain: str = DOMAIN, slow_ms: float = 100, size: int = SIZE, **others: Any
) -> dict[str, bytes]:
    """`others`: fields of `EdgeModel`, where they are not a classifier's."""
    told = {
        "domain": domain,
        "task": "image_classification",
        "classes": CLASSES,
        "input": {"size": size, "fit": "squash"},
        "format": "float32",
        "sha256": sha256(model).hexdigest(),
        "golden_sha256": sha256(requests).hexdigest(),
        "candidates": (EdgeCandidate(format="float32", size_mb=0.01, metrics={}),),
        "why": "there is one",
        "slow_ms": slow_ms,
    }
    edge = EdgeModel(**told | others)
    return {EDGE_MODEL: edge.model_dump_json().encode(), EDGE_FILE: model, EDGE_GOLDEN: requests}


def tar(files: dict[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as archive:
        for name, content in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    return packed.getvalue()


def bundle(share: float = 0.9, slow_ms: float = 100, padding: int = 0, **misbehaves: object) -> bytes:
    return tar(edge_files(toy(share, padding, **misbehaves), golden(share), slow_ms=slow_ms))
