"""Bursts and near-duplicates: what must not straddle a split."""

from hashlib import sha256
from io import BytesIO

import numpy as np
import pytest
from PIL import Image, ImageEnhance

from inference.contracts import SPLITS
from lambdas.data_prep.labelled_images.dataset import assemble
from lambdas.data_prep.labelled_images.labels import Candidate, seen
from lambdas.data_prep.labelled_images.pictures import Picture
from lambdas.data_prep.labelled_images.spec import LabelledImages
from lambdas.data_prep.pictures.groups import group_pictures, time_of
from lambdas.data_prep.pictures.inspection import inspect
from lambdas.data_prep.pictures.look import Look

GAP_S = 30.0


def stranger(path: str, label: str = "Cat") -> Picture:
    """Looks like no other."""
    digest = sha256(path.encode()).hexdigest()
    return Picture(path, label, False, digest, digest)


def scene(seed: int) -> Image.Image:
    """A smooth random picture, 240 x 180."""
    coarse = np.random.default_rng(seed).integers(0, 256, (12, 16, 3), dtype=np.uint8)
    return Image.fromarray(coarse).resize((240, 180), Image.Resampling.BICUBIC)


def photographed(path: str, image: Image.Image, quality: int = 90) -> Picture:
    out = BytesIO()
    image.save(out, "JPEG", quality=quality)
    look = inspect(path, out.getvalue(), 50)
    assert isinstance(look, Look)
    return seen(Candidate(path, "Cat", False), look)


@pytest.mark.parametrize(
    ("path", "seconds"),
    [
        ("1760000000500.jpg", 1760000000.5),
        ("1760000000.jpg", 1760000000.0),
        ("garden/cam2_1760000000000.jpg", 1760000000.0),
        ("20251009_084530.jpg", 1759999530.0),
        ("IMG-20251009-084530.jpeg", 1759999530.0),
        ("20259999_999999.jpg", None),
        ("boots.jpg", None),
        ("17600000000001.jpg", None),
    ],
)
def test_times_in_names(path: str, seconds: float | None) -> None:
    assert time_of(path) == seconds


def test_a_burst_is_one_group_and_a_pause_ends_it() -> None:
    burst = [stranger(f"{1760000000000 + 20_000 * number}.jpg") for number in range(5)]
    later = stranger("1760000500000.jpg")
    groups = group_pictures([later, *reversed(burst)], GAP_S)
    assert {groups[one.path] for one in burst} == {burst[0].digest}
    assert groups[later.path] == later.digest


def test_cameras_in_folders_of_their_own_have_bursts_of_their_own() -> None:
    east, west = stranger("east/1760000000000.jpg"), stranger("west/1760000001000.jpg")
    groups = group_pictures([east, west], GAP_S)
    assert groups[east.path] != groups[west.path]


def test_names_without_times_are_no_burst() -> None:
    pictures = [stranger(f"cat{number}.jpg") for number in range(9)]
    assert len(set(group_pictures(pictures, GAP_S).values())) == 9


def test_copies_that_were_changed_a_little_are_one_group() -> None:
    original = scene(1)
    copies = [
        photographed("a.jpg", original),
        photographed("b.jpg", original, quality=40),
        photographed("c.jpg", original.resize((120, 90))),
        photographed("d.jpg", original.resize((192, 144))),
        photographed("e.jpg", ImageEnhance.Brightness(original).enhance(1.15)),
    ]
    others = [photographed(f"other{seed}.jpg", scene(seed)) for seed in range(2, 30)]
    groups = group_pictures([*copies, *others], GAP_S)
    assert {groups[copy.path] for copy in copies} == {copies[0].digest}
    assert len({groups[other.path] for other in others}) == len(others)


def test_a_near_duplicate_brings_its_burst_along() -> None:
    original = scene(1)
    first = photographed("1760000000000.jpg", original)
    burst = [stranger("1760009000000.jpg"), photographed("1760009001000.jpg", original, quality=40)]
    groups = group_pictures([first, *burst], GAP_S)
    assert set(groups.values()) == {first.digest}


def test_a_fixed_camera_does_not_end_in_one_group() -> None:
    """Five hundred times the same empty garden: groups of a bounded size, which can be split."""
    alike = [Picture(f"n{number:03}.jpg", "NoCat", False, f"{number:064x}", "ab" * 32) for number in range(500)]
    groups = group_pictures(alike, GAP_S)
    sizes = [list(groups.values()).count(group) for group in set(groups.values())]
    assert max(sizes) == 20
    assert len(sizes) == 25


def test_new_pictures_move_no_group() -> None:
    """Also where a new one looks like pictures of two groups: a test picture stays a test picture."""
    old = [stranger(f"{1760000000000 + 61_000 * number}.jpg") for number in range(200)]
    new = [
        one._replace(path=f"{1770000000000 + 61_000 * number}.jpg", digest=f"{number:064x}")
        for number, one in enumerate(old[::3])
    ]
    before, after = group_pictures(old, GAP_S), group_pictures([*new, *old], GAP_S)
    assert all(after[path] == group for path, group in before.items())
    assert [after[one.path] for one in new] == [before[one.path] for one in old[::3]]


def test_no_group_straddles_a_split() -> None:
    spec = LabelledImages(prefix="p/", classes=("Cat", "NoCat"))
    pictures = [
        stranger(f"{1760000000000 + 300_000 * burst + 1000 * shot}.jpg", "Cat" if (burst + shot) % 4 else "NoCat")
        for burst in range(60)
        for shot in range(5)
    ]
    items = assemble(pictures, [], spec, "raw").items
    assert len(items) == 300
    assert len({(item.group, item.split) for item in items}) == 60
    for name in spec.classes:
        assert {item.split for item in items if item.label == name} == set(SPLITS)
