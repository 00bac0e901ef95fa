"""From inspected pictures to a dataset: duplicates, groups, undersampling, splits. Pure."""

from collections import Counter, defaultdict
from collections.abc import Sequence

from inference.contracts import SPLITS, Item
from lambdas.data_prep import quarantine
from lambdas.data_prep.dataset_files import Dataset
from lambdas.data_prep.errors import DataError
from lambdas.data_prep.labelled_images.duplicates import deduplicate
from lambdas.data_prep.labelled_images.pictures import Picture
from lambdas.data_prep.labelled_images.reviewed import place_reviewed
from lambdas.data_prep.labelled_images.spec import LabelledImages
from lambdas.data_prep.labelled_images.statistics import STATISTICS, findings, statistics
from lambdas.data_prep.pictures.groups import group_pictures
from lambdas.data_prep.pictures.look_alikes import look_alikes
from lambdas.data_prep.pictures.reviewed import Place, corrected
from lambdas.data_prep.pictures.spec import IMAGES
from lambdas.data_prep.quarantine import Rejection
from lambdas.data_prep.splits import set_aside, split_groups, spread, undersample

LEAST_PICTURES = len(SPLITS)
"""Distinct pictures a class needs: one in each split."""
SHOWN = 5
"""Names an error message gives for each reason."""


def assemble(
    pictures: Sequence[Picture], rejections: Sequence[Rejection], spec: LabelledImages, raw_bucket: str
) -> Dataset:
    """Raises DataError that names every class with too little, and what was left out.

    Originals are chosen, grouped and split before reviews are looked at: those never move a test item.
    """
    kept, surplus, conflicts = deduplicate(one for one in pictures if not one.is_review)
    reviews, surplus_reviews, conflicting_reviews = deduplicate(one for one in pictures if one.is_review)
    rejected = sorted([*rejections, *conflicts, *conflicting_reviews])
    by_class: dict[str, list[Picture]] = defaultdict(list)
    for picture in kept:
        by_class[picture.label].append(picture)
    _require_enough({name: len(by_class[name]) for name in spec.classes}, rejected)
    groups = group_pictures(kept, spec.burst_gap_s)
    stay = _staying(by_class, groups, spec)
    labels: dict[str, set[str]] = defaultdict(set)
    for picture in stay:
        labels[groups[picture.path]].add(picture.label)
    splits = set_aside(split_groups(labels, *spec.shares), labels, spec.calibration)
    of = {one.path: splits[groups[one.path]] for one in stay}
    counts = Counter(picture.label for picture in stay)
    undersampled = {name: gone for name in spec.classes if (gone := len(by_class[name]) - counts[name])}
    stay, new, copies = corrected(stay, reviews, Picture.labelled_as)
    placed = place_reviewed(new, stay, of, spec)
    alike = (look_alikes(stay, of) if spec.group_columns else set()) | placed.left_out
    places = placed.places | {one.path: Place(of[one.path], groups[one.path]) for one in stay}
    used = [one for one in (*stay, *new) if one.path not in alike]
    items = [Item(path=one.path, label=one.label, **places[one.path]._asdict()) for one in used]
    _require_every_split(items, spec, len(labels))
    surplus = sorted([*surplus, *surplus_reviews, *copies])
    items.sort(key=lambda item: item.path)
    recordings = {picture.path: picture.recording for picture in used}
    return Dataset(
        classes=spec.classes,
        items=items,
        rejections=rejected,
        duplicates=len(surplus),
        undersampled=undersampled,
        findings=findings(items, recordings, alike, spec),
        examples=_examples(surplus, alike),
        listings={IMAGES: spec.listing(raw_bucket, items), STATISTICS: statistics(items, recordings)},
    )


def _examples(surplus: list[str], alike: set[str]) -> dict[str, tuple[str, ...]]:
    found = {"duplicates": tuple(surplus[: quarantine.EXAMPLES])}
    return found | ({"look_alikes": tuple(sorted(alike)[: quarantine.EXAMPLES])} if alike else {})


def _staying(by_class: dict[str, list[Picture]], groups: dict[str, str], spec: LabelledImages) -> list[Picture]:
    """What is left of each class by its limit, and of all by the limit of all."""
    found: list[Picture] = []
    for name in spec.classes:
        stay = undersample({one.digest: groups[one.path] for one in by_class[name]}, spec.at_most.get(name))
        found += [picture for picture in by_class[name] if picture.digest in stay]
    chosen = spread({one.digest: groups[one.path] for one in found}, spec.max_frames)
    return [picture for picture in found if picture.digest in chosen]


def _require_every_split(items: list[Item], spec: LabelledImages, groups: int) -> None:
    seen = {(item.label, item.split) for item in items}
    lacking = [f"{name} in {split}" for name in spec.classes for split in SPLITS if (name, split) not in seen]
    if lacking:
        raise DataError(
            f"{len(items)} pictures form {groups} groups, which are too few to split: none of {', '.join(lacking)}. "
            f"{_together(spec)} and pictures that look alike stay together; give pictures of more occasions, or "
            f"{'name more group_columns' if spec.group_columns else 'lower burst_gap_s'} in the domain's definition."
        )


def _together(spec: LabelledImages) -> str:
    if spec.group_columns:
        return f"Pictures that agree in {' and '.join(spec.group_columns)}"
    return f"Pictures within {spec.burst_gap_s:g} s of each other (by their names)"


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
        f"Every class needs at least {LEAST_PICTURES} distinct usable pictures beside reviews, one for each of "
        f"{', '.join(SPLITS)}; too few: {', '.join(f'{name} has {count}' for name, count in poor.items())}. "
        f"Left out: {left_out if left_out else 'nothing'}. "
        "Label more pictures, or take the class out of the domain's definition."
    )
