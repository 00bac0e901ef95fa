"""Opens one picture: checks that it is a whole JPEG of a sane size, and hashes its content and its appearance."""

import warnings
from hashlib import sha256
from io import BytesIO
from math import isqrt

import imagehash
from PIL import Image, UnidentifiedImageError

from lambdas.data_prep.labelled_images.labels import Candidate
from lambdas.data_prep.labelled_images.pictures import HASH_BITS, Picture
from lambdas.data_prep.labelled_images.reasons import Reason
from lambdas.data_prep.quarantine import Rejection

SIDE = isqrt(HASH_BITS)
DRAFT = (64, 64)
"""Decoding at an eighth of the size still reads every byte, at a fraction of the time."""


def inspect(candidate: Candidate, body: bytes, max_megapixels: float) -> Picture | Rejection:
    """Never raises for what a picture holds."""
    try:
        with warnings.catch_warnings():
            # Our own limit stands below; Pillow's warning about large pictures adds nothing.
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            seen = _perceptual_hash(body, max_megapixels)
    except Image.DecompressionBombError as error:
        seen = (Reason.TOO_MANY_PIXELS, str(error))
    except UnidentifiedImageError:
        seen = (Reason.UNDECODABLE, "no known picture format")
    except (OSError, ValueError, SyntaxError, IndexError, TypeError) as error:  # whatever a broken file makes of Pillow
        seen = (Reason.UNDECODABLE, str(error))
    if not isinstance(seen, str):
        return Rejection(candidate.path, *seen)
    path, label, reviewed, recording, occasion = candidate
    return Picture(path, label, reviewed, sha256(body).hexdigest(), seen, recording, occasion)


def _perceptual_hash(body: bytes, max_megapixels: float) -> str | tuple[Reason, str]:
    """The perceptual hash, or what is wrong."""
    if not body:
        return Reason.EMPTY, "the file has 0 bytes"
    with Image.open(BytesIO(body)) as image:
        if image.format not in {"JPEG", "MPO"}:  # MPO: a JPEG with a second picture behind it, as phones write them
            return Reason.NOT_JPEG, f"a {image.format} in spite of its name; convert it to JPEG or rename it"
        megapixels = image.width * image.height / 1e6
        if megapixels > max_megapixels:
            return Reason.TOO_MANY_PIXELS, f"{image.width} x {image.height} pixels; at most {max_megapixels:g} million"
        image.draft("RGB", DRAFT)
        image.load()
        return str(imagehash.dhash(image, SIDE))
