"""Whether there is enough to train, validate and test a detector on. Pure."""

from collections import Counter
from collections.abc import Sequence

from inference.contracts import SPLITS
from inference.contracts.boxes_item import EMPTY, BoxedItem
from lambdas.data_prep import quarantine
from lambdas.data_prep.boxes.spec import Boxes
from lambdas.data_prep.errors import DataError
from lambdas.data_prep.quarantine import Rejection

SHOWN = 5
"""Names an error message gives for each reason."""


def require_enough(items: Sequence[BoxedItem], rejections: Sequence[Rejection], spec: Boxes) -> None:
    """Raises DataError that names each class, and empty pictures, that a split lacks, and what was left out."""
    pictures = Counter((name, item.split) for item in items for name in {box.label for box in item.boxes})
    pictures.update((EMPTY, item.split) for item in items if not item.boxes)
    least = {**dict.fromkeys(spec.classes, 1), EMPTY: spec.least_empties}
    lacking = [
        f"{_named(name)} in {split} ({pictures[name, split]}, at least {count})"
        for name, count in least.items()
        for split in SPLITS
        if pictures[name, split] < count
    ]
    if not lacking:
        return
    names = quarantine.examples(rejections)
    left_out = "; ".join(
        f"{reason}: {count} ({', '.join(names[reason][:SHOWN])}{', ...' if count > SHOWN else ''})"
        for reason, count in quarantine.counts(rejections).items()
    )
    groups = len({item.group for item in items})
    raise DataError(
        f"{len(items)} usable pictures in {groups} groups (camera and event) are too few to split; too few pictures: "
        f"{', '.join(lacking)}. Left out: {left_out if left_out else 'nothing'}. Give pictures of more events and "
        "cameras, with boxes and without (least_empties in the domain's definition says how many without)."
    )


def _named(label: str) -> str:
    return "without a box" if label == EMPTY else f"with a box of {label!r}"
