"""From opened pictures with boxes to a dataset: copies, groups, splits. Pure."""

from collections.abc import Iterable, Sequence

from lambdas.data_prep import quarantine
from lambdas.data_prep.boxes.duplicates import deduplicate, with_boxes_of
from lambdas.data_prep.boxes.enough import require_enough
from lambdas.data_prep.boxes.pictures import BoxedPicture, same
from lambdas.data_prep.boxes.spec import Boxes
from lambdas.data_prep.boxes.splitting import split_originals, split_reviewed
from lambdas.data_prep.boxes.statistics import STATISTICS, findings, statistics
from lambdas.data_prep.dataset_files import Dataset
from lambdas.data_prep.pictures.look_alikes import look_alikes
from lambdas.data_prep.pictures.reviewed import corrected
from lambdas.data_prep.pictures.spec import IMAGES
from lambdas.data_prep.quarantine import Rejection


def assemble(
    pictures: Sequence[BoxedPicture], rejections: Iterable[Rejection], spec: Boxes, raw_bucket: str
) -> Dataset:
    """Raises DataError that names what lacks in which split.

    Originals are grouped and split before reviewed pictures are looked at: those never move a test item.
    """
    first = deduplicate(one for one in pictures if not one.reviewed)
    second = deduplicate(one for one in pictures if one.reviewed)
    places = split_originals(first.pictures, spec)
    originals, reviewed, copies = corrected(first.pictures, second.pictures, with_boxes_of)
    places |= split_reviewed(reviewed, originals, places, spec)
    kept = [*originals, *reviewed]
    alike = look_alikes(kept, {path: place.split for path, place in places.items()}, same)
    items = [one.item(*places[one.path]) for one in kept if one.path not in alike]
    items.sort(key=lambda item: item.path)
    rejected = sorted([*rejections, *first.rejections, *second.rejections])
    require_enough(items, rejected, spec)
    surplus = [*first.surplus, *second.surplus, *copies]
    return Dataset(
        classes=spec.classes,
        items=items,
        rejections=rejected,
        duplicates=len(surplus),
        findings=findings(items, alike, spec),
        examples=_examples(surplus, alike),
        listings={IMAGES: spec.listing(raw_bucket, items), STATISTICS: statistics(items)},
    )


def _examples(surplus: list[str], alike: set[str]) -> dict[str, tuple[str, ...]]:
    found = {"duplicates": tuple(sorted(surplus)[: quarantine.EXAMPLES])}
    return found | ({"look_alikes": tuple(sorted(alike)[: quarantine.EXAMPLES])} if alike else {})
