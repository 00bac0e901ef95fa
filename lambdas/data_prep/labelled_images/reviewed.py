"""The place of each reviewed picture: it is trained on or in the split `reviewed`, and never tested on. Pure."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from inference.contracts import Split
from lambdas.data_prep.labelled_images.pictures import Picture
from lambdas.data_prep.labelled_images.spec import LabelledImages
from lambdas.data_prep.pictures.groups import group_pictures
from lambdas.data_prep.pictures.look_alikes import look_alikes, originals_like
from lambdas.data_prep.pictures.reviewed import Place, way


class Placed(NamedTuple):
    places: dict[str, Place]
    """Path -> place."""
    left_out: set[str]
    """Paths of pictures that would judge what learned from their look-alikes, or the other way round."""


def place_reviewed(
    pictures: Sequence[Picture], originals: Sequence[Picture], splits: Mapping[str, Split], spec: LabelledImages
) -> Placed:
    """A group goes the way of the originals that it looks like, or shares the occasion with; all others by their hash.

    No original moves or is left out for them. `splits`: path of an original -> its split.
    """
    if not pictures:
        return Placed({}, set())
    groups = group_pictures(pictures, spec.burst_gap_s)
    occasions = {one.occasion: splits[one.path] for one in originals if one.occasion}
    seen_in = {path: {splits[one] for one in near} for path, near in originals_like(pictures, originals).items()}
    met: dict[str, set[Split]] = defaultdict(set)
    for one in pictures:
        met[groups[one.path]] |= seen_in[one.path] | {occasions[name] for name in (one.occasion,) if name in occasions}
    ways = {group: way(group, found, spec.reviewed_share) for group, found in met.items()}
    places = {path: Place(ways[group], f"reviewed/{group}") for path, group in groups.items()}
    of = {path: place.split for path, place in places.items()}
    known = {path for path, split in of.items() if split is Split.REVIEWED and Split.TRAIN in seen_in[path]}
    return Placed(places, known | look_alikes([one for one in pictures if one.path not in known], of))
