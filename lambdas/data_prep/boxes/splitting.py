"""The split of each picture: of originals by their groups or cameras, of reviewed ones so that the test stays. Pure."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence

from inference.contracts import Split
from lambdas.data_prep.boxes.pictures import BoxedPicture, same
from lambdas.data_prep.boxes.spec import Boxes
from lambdas.data_prep.pictures.groups import group_pictures
from lambdas.data_prep.pictures.reviewed import Place, way
from lambdas.data_prep.splits import set_aside, split_groups


def split_originals(pictures: Sequence[BoxedPicture], spec: Boxes) -> dict[str, Place]:
    """Path -> place. With `whole_cameras` cameras or more, the groups of one camera are all in one split."""
    groups = group_pictures(pictures, spec.burst_gap_s, same)
    by_camera = len({one.camera for one in pictures if one.camera}) >= spec.whole_cameras
    cameras = {groups[one.path]: one.camera for one in sorted(pictures, reverse=True, key=lambda one: one.path)}
    unit_of = {group: f"camera {camera}" if by_camera and camera else group for group, camera in cameras.items()}
    by_unit = split_groups(_labels(pictures, lambda one: unit_of[groups[one.path]]), *spec.shares)
    splits = {group: by_unit[unit] for group, unit in unit_of.items()}
    splits = set_aside(splits, _labels(pictures, lambda one: groups[one.path]), spec.calibration)
    return {path: Place(splits[group], group) for path, group in groups.items()}


def _labels(pictures: Iterable[BoxedPicture], unit: Callable[[BoxedPicture], str]) -> dict[str, set[str]]:
    labels: dict[str, set[str]] = defaultdict(set)
    for one in pictures:
        labels[unit(one)] |= {one.label, *(box.label for box in one.boxes)}
    return labels


def split_reviewed(
    pictures: Sequence[BoxedPicture],
    originals: Sequence[BoxedPicture],
    places: Mapping[str, Place],
    spec: Boxes,
) -> dict[str, Place]:
    """Path -> place: training, validation, or the split `reviewed`; `places`: of the originals.

    A group goes the way of originals of its event: what judges is not trained on, and what was trained on does not
    judge. Where whole cameras are split, those that judge teach nothing. All others go by their hash.
    """
    groups = group_pictures(pictures, spec.burst_gap_s, same)
    by_camera = len({one.camera for one in originals if one.camera}) >= spec.whole_cameras
    known: dict[str, set[Split]] = defaultdict(set)
    for one in originals:
        if one.occasion:
            known[one.occasion].add(places[one.path].split)
        if by_camera and places[one.path].split in (Split.TEST, Split.VALIDATION):
            known[f"camera {one.camera}"].add(places[one.path].split)
    met: dict[str, set[Split]] = defaultdict(set)
    for one in pictures:
        met[groups[one.path]] |= known.get(one.occasion, set()) | known.get(f"camera {one.camera}", set())
    shares = spec.reviewed_share, spec.reviewed_validation
    splits = {group: way(group, found, *shares) for group, found in met.items()}
    return {path: Place(splits[group], f"reviewed/{group}") for path, group in groups.items()}
