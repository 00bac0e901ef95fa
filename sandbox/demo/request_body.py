"""A person's picture as a request takes it: photographs are often larger than a request may be."""

from io import BytesIO
from pathlib import Path

from PIL import Image

from inference.contracts.limits import MAX_REQUEST_BYTES

QUALITIES = (90, 75, 60, 45, 30, 15)


def request_body(file: Path) -> bytes:
    """Its bytes; where they are too many, compressed more, with as many pixels, so that boxes stay where they are."""
    body = file.read_bytes()
    if len(body) <= MAX_REQUEST_BYTES:
        return body
    with Image.open(BytesIO(body)) as image:
        upright, exif = image.convert("RGB"), image.getexif()
    for quality in QUALITIES:
        stream = BytesIO()
        upright.save(stream, "JPEG", quality=quality, exif=exif)
        if stream.tell() <= MAX_REQUEST_BYTES:
            break
    return stream.getvalue()
