"""Opens one picture: checks that it is a whole JPEG of a sane size, and hashes its content and its appearance."""

import struct
import warnings
from hashlib import sha256
from io import BytesIO
from math import isqrt

import imagehash
from PIL import ExifTags, Image, UnidentifiedImageError

from lambdas.data_prep.pictures.look import HASH_BITS, Look
from lambdas.data_prep.pictures.reasons import Reason
from lambdas.data_prep.quarantine import Rejection

SIDE = isqrt(HASH_BITS)
ORIENTATION = ExifTags.Base.Orientation
LYING = (5, 6, 7, 8)
"""Values of the tag for pictures that are turned by a quarter to stand upright."""
DRAFT = (64, 64)
"""Decoding at an eighth of the size still reads every byte, at a fraction of the time."""


def inspect(path: str, body: bytes, max_megapixels: float) -> Look | Rejection:
    """Never raises for what a picture holds."""
    try:
        with warnings.catch_warnings():
            # Our own limit stands below; Pillow's warning about large pictures adds nothing.
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            seen = _look(body, max_megapixels)
    except Image.DecompressionBombError as error:
        seen = (Reason.TOO_MANY_PIXELS, str(error))
    except UnidentifiedImageError:
        seen = (Reason.UNDECODABLE, "no known picture format")
    except (OSError, ValueError, SyntaxError, IndexError, TypeError) as error:  # whatever a broken file makes of Pillow
        seen = (Reason.UNDECODABLE, str(error))
    return seen if isinstance(seen, Look) else Rejection(path, *seen)


def _look(body: bytes, max_megapixels: float) -> Look | tuple[Reason, str]:
    """How it looks, or what is wrong."""
    if not body:
        return Reason.EMPTY, "the file has 0 bytes"
    with Image.open(BytesIO(body)) as image:
        if image.format not in {"JPEG", "MPO"}:  # MPO: a JPEG with a second picture behind it, as phones write them
            return Reason.NOT_JPEG, f"a {image.format} in spite of its name; convert it to JPEG or rename it"
        megapixels = image.width * image.height / 1e6
        if megapixels > max_megapixels:
            return Reason.TOO_MANY_PIXELS, f"{image.width} x {image.height} pixels; at most {max_megapixels:g} million"
        size = image.size if _orientation(image) not in LYING else image.size[::-1]
        image.draft("RGB", DRAFT)
        image.load()
        return Look(sha256(body).hexdigest(), str(imagehash.dhash(image, SIDE)), *size)


def _orientation(image: Image.Image) -> int | None:
    """None too where the tags are broken: the picture itself may be whole."""
    try:
        return image.getexif().get(ORIENTATION)
    except (OSError, ValueError, SyntaxError, IndexError, TypeError, struct.error):
        return None
