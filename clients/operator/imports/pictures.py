"""Looks at a picture before it is sent: what data prep would only quarantine is told at once."""

from pathlib import Path

from PIL import Image

SUFFIXES = (".jpg", ".jpeg")
FORMATS = {"JPEG", "MPO"}
"""MPO: a JPEG with a second picture behind it, as phones write them."""
MOST_BYTES = 32_000_000
"""As many as data prep takes by default."""


def fault(file: Path) -> str | None:
    """What is wrong with the file; None: nothing. Every byte of it is read."""
    if not file.is_file():
        return "there is no such file"
    size = file.stat().st_size
    if size == 0:
        return "0 bytes"
    if size > MOST_BYTES:
        return f"{size} bytes; at most {MOST_BYTES} are allowed: scale it down"
    if file.suffix.lower() not in SUFFIXES:
        return f"named {file.suffix or 'without a suffix'}; convert it to JPEG and name it .jpg"
    try:
        with Image.open(file) as image:
            if image.format not in FORMATS:
                return f"a {image.format} in spite of its name; convert it to JPEG"
            image.draft("RGB", (64, 64))
            image.load()
    except Exception as error:  # Pillow's decoders raise OSError, SyntaxError, ValueError, struct.error and more
        return f"no whole picture: {error}"
    return None
