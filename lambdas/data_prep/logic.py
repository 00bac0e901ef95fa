"""From inspected pictures to a dataset: duplicates, undersampling, splits, counts. Pure."""

from collections import defaultdict
from collections.abc import Iterable
from typing import NamedTuple

from inference.contracts import Item, Split
from lambdas.common.errors import VigilError
from lambdas.data_prep import quarantine
from lambdas.data_prep.duplicates import deduplicate
from lambdas.data_prep.models import LabelledImages
from lambdas.data_prep.pictures import Picture
from lambdas.data_prep.quarantine import Rejection
from lambdas.data_prep.splits import split_class, undersample

LEAST_PICTURES = len(Split)
"""Distinct pictures a class needs: one in each split."""
SHOWN = 5
"""Names an error message gives for each reason."""


class DataError(VigilError):
    """The data is not enough to train and test a model on."""


class Dataset(NamedTuple):
    """What becomes a dataset version."""

    items: list[Item]
    surplus: list[str]
    undersampled: dict[str, int]
    rejections: list[Rejection]


def assemble(pictures: Iterable[Picture], rejections: Iterable[Rejection], spec: LabelledImages) -> Dataset:
    """Raises DataError that names every class with too little, and what was left out."""
    kept, surplus, conflicts = deduplicate(pictures)
    rejected = sorted([*rejections, *conflicts])
    by_class: dict[str, list[Picture]] = defaultdict(list)
    for picture in kept:
        by_class[picture.label].append(picture)
    _require_enough({name: len(by_class[name]) for name in spec.classes}, rejected)
    items: list[Item] = []
    undersampled: dict[str, int] = {}
    for name in spec.classes:
        stay = undersample((picture.digest for picture in by_class[name]), spec.at_most.get(name))
        if len(stay) < len(by_class[name]):
            undersampled[name] = len(by_class[name]) - len(stay)
        splits = split_class(stay, spec.validation, spec.test)
        items += [
            Item(path=picture.path, label=name, split=splits[picture.digest], group=picture.digest)
            for picture in by_class[name]
            if picture.digest in stay
        ]
    return Dataset(sorted(items, key=lambda item: item.path), surplus, undersampled, rejected)


def _require_enough(usable: dict[str, int], rejections: list[Rejection]) -> None:
    poor = {name: count for name, count in usable.items() if count < LEAST_PICTURES}
    if not poor:
        return
    names = quarantine.examples(rejections)
    left_out = "; ".join(
        f"{reason}: {count} ({', '.join(names[reason][:SHOWN])}{', ...' if count > SHOWN else ''})"
        for reason, count in quarantine.counts(rejections).items()
    )
    raise DataError(
        f"Every class needs at least {LEAST_PICTURES} distinct usable pictures, one for each of "
        f"{', '.join(Split)}; too few: {', '.join(f'{name} has {count}' for name, count in poor.items())}. "
        f"Left out: {left_out if left_out else 'nothing'}. "
        "Label more pictures, or take the class out of the domain's definition."
    )
