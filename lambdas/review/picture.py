"""From a picture as it was sent to one that is kept: upright, blanked where it must be, without metadata."""

import warnings
from collections.abc import Iterable
from datetime import UTC, datetime
from io import BytesIO
from math import ceil
from typing import NamedTuple

from PIL import ExifTags, Image, ImageDraw, ImageOps

from inference.contracts.limits import MAX_PICTURE_PIXELS
from lambdas.common.errors import VigilError
from lambdas.review.models import Redaction

FORMATS = ("JPEG", "PNG")
"""As the serving process reads them."""
QUALITY = 90
_BLANK = (0, 0, 0)


class PictureError(VigilError):
    """The picture cannot be kept: the message says why. Trying again changes nothing."""


class Kept(NamedTuple):
    body: bytes
    """JPEG without metadata."""
    width: int
    height: int
    sent_width: int
    """Of the upright picture as it was sent."""
    sent_height: int
    taken: datetime | None
    """By the camera's clock, which knows no zone; None: the picture does not tell."""


def keep(body: bytes, redact: Iterable[Redaction], max_side: int) -> Kept:
    """Raises PictureError for what is no JPEG or PNG, is damaged, or has too many pixels."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # our own limit stands below
            picture = Image.open(BytesIO(body), formats=FORMATS)
            if picture.width * picture.height >= MAX_PICTURE_PIXELS:
                raise PictureError(
                    f"The picture has {picture.width} x {picture.height} pixels; fewer than {MAX_PICTURE_PIXELS} "
                    "are allowed."
                )
            taken = _taken(picture)
            upright = _rgb(ImageOps.exif_transpose(picture))
    except PictureError:
        raise
    except Exception as error:  # Pillow's decoders raise OSError, SyntaxError, ValueError, struct.error and more
        raise PictureError(f"The {len(body)} bytes are no JPEG or PNG picture that can be read: {error}.") from error
    sent = upright.size
    _blank(upright, redact)
    upright.thumbnail((max_side, max_side), Image.Resampling.LANCZOS)
    clean = Image.new("RGB", upright.size)  # knows nothing of what the old one's `info` holds
    clean.paste(upright)
    out = BytesIO()
    clean.save(out, "JPEG", quality=QUALITY)
    return Kept(out.getvalue(), *clean.size, *sent, taken)


def _rgb(picture: Image.Image) -> Image.Image:
    if picture.mode.startswith("I"):  # 16-bit grey: `convert` would clip everything above 255 to white
        return picture.convert("I").point(lambda value: value * (1 / 256)).convert("L").convert("RGB")
    return picture.convert("RGB")


def _blank(picture: Image.Image, redact: Iterable[Redaction]) -> None:
    """Whole pixels: one that a rectangle touches is blanked."""
    draw = ImageDraw.Draw(picture)
    width, height = picture.size
    for one in redact:
        left, top = int(one.left * width), int(one.top * height)
        draw.rectangle((left, top, ceil(one.right * width) - 1, ceil(one.bottom * height) - 1), fill=_BLANK)


def _taken(picture: Image.Image) -> datetime | None:
    exif = picture.getexif()
    told = exif.get_ifd(ExifTags.IFD.Exif).get(ExifTags.Base.DateTimeOriginal) or exif.get(ExifTags.Base.DateTime)
    try:
        return datetime.strptime(str(told), "%Y:%m:%d %H:%M:%S").replace(tzinfo=UTC)
    except ValueError:
        return None
