"""What is no picture, no reference to one, or no longer one."""

import base64
import gzip
import io
import json
import struct
import zlib
from random import Random

from PIL import Image

from tests.malformed.request import CONTROL, Maker, Malformed, no_json, of_any_body, of_any_route, text

JSON = "application/json"


def _encoded(kind: str) -> bytes:
    """A small picture of noise, so that a cut or a changed byte loses something."""
    file = io.BytesIO()
    Image.frombytes("RGB", (48, 36), Random(0).randbytes(48 * 36 * 3)).save(file, kind)
    return file.getvalue()


PNG, JPEG = _encoded("PNG"), _encoded("JPEG")
OTHER_FORMATS = [_encoded(kind) for kind in ("GIF", "BMP", "TIFF", "PPM", "WEBP")]


def _sized(width: int, height: int) -> bytes:
    """A PNG whose header names any size."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return PNG[:8] + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")


def _damaged(rng: Random) -> Malformed:
    """PNG has check sums over all but its signature and its end."""
    body = bytearray(PNG)
    body[rng.randrange(8, len(PNG) - 40)] ^= rng.randint(1, 255)
    return Malformed(bytes(body), "image/png")


def _bytes(rng: Random) -> dict[str, bytes]:
    cut = rng.uniform(0.01, 0.9)
    return {
        "cut PNG": PNG[: int(len(PNG) * cut) + 1],
        "cut JPEG": JPEG[: int(len(JPEG) * cut) + 1],
        "noise": b"\x00" + rng.randbytes(rng.randint(0, 300)),
        "another format": rng.choice(OTHER_FORMATS),
        "a page": f"<!doctype html><p>{text(rng, 50)}".encode(),
        "something before it": rng.randbytes(1).replace(b"\xff", b"x").replace(b"\x89", b"x") + rng.choice([PNG, JPEG]),
        "beginning only": rng.choice([PNG[:8], JPEG[:4]]) + rng.randbytes(rng.randint(0, 60)),
        "packed": rng.choice([gzip.compress(PNG), base64.b64encode(JPEG), base64.b64encode(PNG)]),
        "too many pixels": _sized(rng.randint(7_100, 60_000), rng.randint(7_100, 60_000)),
        "no pixels": _sized(*rng.choice([(0, 0), (0, 9), (9, 0), (2**31, 1)])),
        "no content": _sized(rng.randint(1, 500), rng.randint(1, 500)),
    }


def _of_bytes(kind: str) -> Maker:
    types = ("image/png", "image/jpeg", "application/x-image", "IMAGE/PNG; x=y")
    return lambda rng: Malformed(_bytes(rng)[kind], rng.choice(types))


def _references(rng: Random, bucket: str) -> dict[str, object]:
    key = text(rng, rng.randint(1, 60), "abc019-_.~!'()*%#?&+=@:;, äß漢😀")
    return {
        "another bucket": {"s3": f"s3://{text(rng, 12, 'abcdefgh')}/cat.png"},
        "no object": {"s3": f"s3://{bucket}/nobody-{key}"},
        "no address": {
            "s3": rng.choice(["", "s3:/", f"s3://{bucket}", f"s3://{bucket}/", "s3:///a", "http://a/b", key])
        },
        "out of its bucket": {"s3": f"s3://{bucket}/{rng.choice(['..', '.', 'a/..', 'a/.'])}/{key}"},
        "key too long": {"s3": f"s3://{bucket}/{'k' * rng.randint(1025, 5000)}"},
        "control characters": {"s3": f"s3://{bucket}/a{rng.choice(CONTROL)}b.png"},
        "half a surrogate pair": {"s3": f"s3://{bucket}/a{chr(rng.randint(0xD800, 0xDFFF))}.png"},
        "no text": {"s3": rng.choice([None, True, 5, 1.5, [], {}, ["s3://a/b"]])},
        "bad entity": {
            "s3": f"s3://{bucket}/cat.png",
            "entity_id": rng.choice(["", "e" * 257, 5, True, "a\n", "\ud800"]),
        },
    }


def _of_reference(kind: str, bucket: str) -> Maker:
    return lambda rng: Malformed(json.dumps(_references(rng, bucket)[kind]).encode(), JSON)


def picture_requests(bucket: str) -> dict[str, Maker]:
    """Kind -> maker. `bucket` may be read and holds nothing whose key begins with `nobody-`."""
    good = Malformed(PNG, "image/png")
    rng = Random(0)
    kinds: dict[str, Maker] = {f"picture, {kind}": _of_bytes(kind) for kind in _bytes(rng)}
    kinds |= {f"reference, {kind}": _of_reference(kind, bucket) for kind in _references(rng, bucket)}
    for kind, make in no_json({"s3": f"s3://{bucket}/nobody-here.png"}).items():
        kinds[f"no JSON, {kind}"] = lambda rng, make=make: Malformed(make(rng), JSON)
    kinds["picture, damaged"] = _damaged
    kinds["picture, called JSON"] = lambda rng: Malformed(rng.choice([PNG, JPEG]), JSON)
    return kinds | of_any_route(good) | of_any_body(good, ["image/gif", "image/svg+xml", "application/octet-stream"])
