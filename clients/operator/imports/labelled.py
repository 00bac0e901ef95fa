"""What an import sends, whatever form its labels have."""

from argparse import Namespace
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

from clients.operator.errors import OperatorError
from clients.operator.imports.boxed import categories_of, read_boxed
from inference.contracts.annotations import BoxRow
from inference.contracts.labels import LabelRow, LabelsError, read_labelled

NO_BOXES = "[]"


class Labelled(NamedTuple):
    pictures: Path
    rows: Sequence[LabelRow | BoxRow]
    left_out: Sequence[tuple[str, str]] = ()
    """Picture, and why."""
    unnamed: int = 0

    @staticmethod
    def counted(rows: Iterable[LabelRow | BoxRow]) -> str:
        """In words."""
        found = Counter(row.label if isinstance(row, LabelRow) else _kind(row) for row in rows)
        return ", ".join(f"{count} {label}" for label, count in sorted(found.items()))


def _kind(row: BoxRow) -> str:
    return "without boxes" if row.boxes == NO_BOXES else "with boxes"


def read(args: Namespace) -> Labelled:
    """Raises OperatorError."""
    file = args.coco or args.megadetector
    if file is not None:
        form = "coco" if args.coco else "megadetector"
        if not args.folder.is_dir():
            raise OperatorError(f"{args.folder} is no folder")
        boxed = read_boxed(file, form, args.folder, categories_of(args.category), args.confidence)
        return Labelled(args.folder, boxed.rows, boxed.left_out, boxed.unnamed)
    if args.category:
        raise OperatorError("--category belongs to --coco and --megadetector")
    try:
        labelled = read_labelled(args.folder)
    except LabelsError as error:
        boxes = next(iter(sorted([*args.folder.glob("*.json"), *args.folder.glob("annotations/*.json")])), None)
        told = f"; if {boxes} tells boxes, pass it as --coco or --megadetector" if boxes is not None else ""
        raise OperatorError(f"{error}{told}") from error
    return Labelled(labelled.pictures, labelled.rows)
