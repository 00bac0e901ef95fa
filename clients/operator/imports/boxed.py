"""Pictures that other programs have drawn boxes in: their annotations become rows of labels."""

from pathlib import Path
from typing import NamedTuple

from PIL import ExifTags, Image

from clients.operator.errors import OperatorError
from clients.operator.imports.pictures import SUFFIXES
from inference.contracts.annotations import Annotated, AnnotationsError, BoxRow, read_coco, read_megadetector

LYING = (5, 6, 7, 8)
"""Values of EXIF's orientation for pictures that are turned by a quarter to stand upright."""


class Boxed(NamedTuple):
    rows: list[BoxRow]
    left_out: list[tuple[str, str]]
    """Picture, and why."""
    unnamed: int
    """Pictures of the folder that no annotation names."""


def categories_of(given: list[str]) -> dict[str, str]:
    """Of `NAME=CLASS`; raises OperatorError."""
    found: dict[str, str] = {}
    for one in given:
        name, equals, label = one.partition("=")
        if not (name and equals and label) or name in found:
            raise OperatorError(f"--category {one}: give NAME=CLASS, once a name, such as --category animal=deer")
        found[name] = label
    return found


def read_boxed(file: Path, form: str, folder: Path, categories: dict[str, str], confidence: float) -> Boxed:
    """`form`: coco or megadetector. Raises OperatorError where the file cannot be used at all."""
    if form == "megadetector" and not categories:
        raise OperatorError(
            "MegaDetector tells animals, persons and vehicles, not your classes: say which, as --category animal=deer; "
            "other categories count as nothing"
        )
    try:
        body = file.read_bytes()
        below = f"{folder.resolve().as_posix()}/"
        if form == "coco":
            annotated = read_coco(body, categories, below)
        else:
            annotated = read_megadetector(body, categories, confidence, below)
    except OSError as error:
        raise OperatorError(f"{file} cannot be read: {error.strerror}") from error
    except AnnotationsError as error:
        raise OperatorError(f"{file}: {error}") from error
    if not annotated:
        raise OperatorError(f"{file} names no pictures")
    if not any((folder / one.path).is_file() for one in annotated):
        raise OperatorError(
            f"none of the {len(annotated)} pictures that {file} names is in {folder}, such as {annotated[0].path}: "
            "give the folder that these paths start from, or shorten them to what lies below it"
        )
    rows: list[BoxRow] = []
    left_out: list[tuple[str, str]] = []
    for one in annotated:
        row = _row(one, folder)
        if isinstance(row, str):
            left_out.append((one.path, row))
        else:
            rows.append(row)
    names = {one.path for one in annotated}
    pictures = [path for path in folder.rglob("*") if path.suffix.lower() in SUFFIXES]
    unnamed = sum(path.relative_to(folder).as_posix() not in names for path in pictures)
    return Boxed(rows, left_out, unnamed)


def _row(one: Annotated, folder: Path) -> BoxRow | str:
    """The row, or why there is none."""
    file = folder / one.path
    if not file.is_file():
        return "there is no such file"
    try:
        with Image.open(file) as image:
            lying = image.getexif().get(ExifTags.Base.Orientation) in LYING
            width, height = image.size[::-1] if lying else image.size
    except Exception as error:  # Pillow's decoders raise OSError, SyntaxError, ValueError, struct.error and more
        return f"no whole picture: {error}"
    try:
        return one.row(width, height)
    except AnnotationsError as error:
        return str(error)
