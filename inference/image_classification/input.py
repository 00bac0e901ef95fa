"""From the bytes of a picture to the network's input. Training and serving both go through here."""

import io
import warnings
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import ExifTags, Image, ImageOps, UnidentifiedImageError
from pydantic import Field

from inference.contracts.base import Contract
from inference.contracts.limits import MAX_PICTURE_PIXELS
from inference.errors import BadRequest

FORMATS = ("JPEG", "PNG")
LYING = (5, 6, 7, 8)
"""EXIF orientations that are turned by a right angle (CIPA DC-008, tag 0x0112)."""


class ImageInput(Contract):
    """The input contract in a package's manifest. Normalisation is part of the ONNX graph."""

    size: int = Field(ge=32, le=512, description="width and height of the network's input, pixels")
    fit: Literal["squash"] = Field(default="squash", description="both sides are scaled to `size`; nothing is cut off")


class Decoded(NamedTuple):
    """A picture, upright and in RGB, and how many pixels the upright picture has as it was sent."""

    picture: Image.Image
    width: int
    height: int


def decode(body: bytes, size: int) -> Image.Image:
    """The picture of `decode_sized`."""
    return decode_sized(body, size).picture


def decode_sized(body: bytes, size: int) -> Decoded:
    """Decode a JPEG or PNG picture upright and in RGB. What it is called or labelled does not matter.

    A JPEG is decoded at the smallest of its built-in scales (1, 1/2, 1/4, 1/8) that is at least twice `size`.

    Raises:
        BadRequest: empty, not a picture, too many pixels, truncated or damaged; each says which.
    """
    if not body:
        raise BadRequest("The picture is empty (0 bytes); send the bytes of a JPEG or PNG picture.")
    picture = _open(body)
    width, height = picture.size
    pixels = width * height
    if pixels >= MAX_PICTURE_PIXELS:
        raise BadRequest(
            f"The picture has {width} x {height} pixels ({pixels / 1e6:.1f} megapixels); "
            f"fewer than {MAX_PICTURE_PIXELS / 1e6:.0f} megapixels are allowed: send a smaller one."
        )
    try:
        picture.draft("RGB", (2 * size, 2 * size))
        picture.load()
        if picture.getexif().get(ExifTags.Base.Orientation, 1) in LYING:
            width, height = height, width
        return Decoded(_to_rgb(ImageOps.exif_transpose(picture)), width, height)
    except Exception as error:  # Pillow's decoders raise OSError, SyntaxError, ValueError, struct.error and more
        problem = "truncated: its end is missing" if "truncated" in str(error) else "damaged and cannot be decoded"
        raise BadRequest(f"The picture is {problem}; send it again in full.") from error


def to_input(picture: Image.Image, contract: ImageInput) -> NDArray[np.uint8]:
    """Scale an RGB picture to the network's input: uint8, (size, size, 3), rows first."""
    resized = picture.resize((contract.size, contract.size), Image.Resampling.BILINEAR, reducing_gap=3.0)
    return np.asarray(resized, dtype=np.uint8)


def _open(body: bytes) -> Image.Image:
    try:
        with warnings.catch_warnings():
            # Pillow warns from 89 megapixels on; the limit above is lower.
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            return Image.open(io.BytesIO(body), formats=FORMATS)
    except Image.DecompressionBombError as error:
        raise BadRequest(
            f"The picture has far more than {MAX_PICTURE_PIXELS / 1e6:.0f} megapixels, the most that is allowed: "
            "send a smaller one."
        ) from error
    except UnidentifiedImageError as error:
        raise BadRequest(f"The {len(body)} bytes are not a JPEG or PNG picture; send one of these.") from error
    except Exception as error:  # a header that names a format and then makes no sense
        raise BadRequest("The picture's header is damaged; send it again in full.") from error


def _to_rgb(picture: Image.Image) -> Image.Image:
    if picture.mode.startswith("I"):  # 16-bit grey: `convert` would clip everything above 255 to white
        grey = np.asarray(picture, dtype=np.uint32) >> 8
        picture = Image.fromarray(grey.astype(np.uint8))
    return picture.convert("RGB")
