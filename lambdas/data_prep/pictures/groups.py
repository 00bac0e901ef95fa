"""Which pictures must stay in one split: bursts, and near-duplicates. Pure.

An occasion is what rows of labels say belongs together (a recording). Of pictures without one, a burst is a run at one
place whose names are times, each within a gap of the one before. Near-duplicates are alike by a perceptual hash: a
copy scaled, compressed again or brightened, or the same view a moment later.

Pictures are taken in order of time (of name, where a name is no time), and a group is named after its first picture,
or its occasion: later pictures join groups and never rename one, so a test picture stays a test picture.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from itertools import groupby
from operator import attrgetter
from pathlib import PurePosixPath
from typing import TypeVar

import numpy as np

from lambdas.data_prep.pictures.look import HASH_BITS, Seen

ALIKE_BITS = HASH_BITS // 8
"""Bits of the perceptual hash in which two near-duplicates differ at most. Measured on 160 photographs and drawings:
scaled to half or 80 %, JPEG quality 30 to 80 and 15 % brighter all stay within; other pictures differ in 59 or more."""
MOST_ALIKE = 20
"""Pictures that one group takes in by likeness: a fixed camera's empty scenes are all alike, and one group of them
could not be split."""
COMPARED = 20_000
"""Each picture is compared with this many before it, which bounds the time that a million pictures take."""

_EPOCH = re.compile(r"(?<!\d)(\d{13}|\d{10})(?!\d)")
_CALENDAR = re.compile(r"(?<!\d)(\d{8})[T_-]?(\d{6})(?!\d)")
_MILLISECOND_DIGITS = 13


S = TypeVar("S", bound=Seen)


def anything(one: object, other: object) -> bool:
    """What looks alike shows the same."""
    return True


def time_of(path: str) -> float | None:
    """Seconds since 1970 from a name such as 1760000000000.jpg or 20251009_084530.jpg; None when it tells no time."""
    stem = PurePosixPath(path).stem
    if epoch := _EPOCH.search(stem):
        digits = epoch[1]
        return int(digits) / (1000 if len(digits) == _MILLISECOND_DIGITS else 1)
    if calendar := _CALENDAR.search(stem):
        try:
            return datetime.strptime("".join(calendar.groups()), "%Y%m%d%H%M%S").replace(tzinfo=UTC).timestamp()
        except ValueError:
            return None
    return None


def group_pictures(
    pictures: Iterable[S], burst_gap_s: float, same: Callable[[S, S], bool] = anything
) -> dict[str, str]:
    """Each picture's path -> its group: the first picture's occasion, or else the hash of its content.

    `same`: whether two pictures that look alike also show the same.
    """
    bursts = _bursts(pictures, burst_gap_s)
    ordered = [picture for burst in bursts for picture in burst]
    hashes = as_words([picture.perceptual_hash for picture in ordered])
    group_of: list[int] = []  # of each picture in `ordered`: the number of its group's first picture
    sizes: dict[int, int] = {}
    for burst in bursts:
        first = len(group_of)
        near = _alike(ordered, hashes, range(first, first + len(burst)), same)
        groups = {group_of[number] for number in near}
        joined = min((one for one in groups if sizes[one] + len(burst) <= MOST_ALIKE), default=first)
        group_of += [joined] * len(burst)
        sizes[joined] = sizes.get(joined, 0) + len(burst)
    names = [picture.occasion or picture.digest for picture in ordered]
    return {picture.path: names[group] for picture, group in zip(ordered, group_of, strict=True)}


def _bursts(pictures: Iterable[S], gap_s: float) -> list[list[S]]:
    """Bursts and occasions, in order of their first picture's time."""
    together: dict[str, list[S]] = defaultdict(list)
    alone: list[S] = []
    for picture in sorted(pictures, key=attrgetter("path")):
        (together[picture.occasion] if picture.occasion else alone).append(picture)
    occasions = [(min(time_of(one.path) or 0.0 for one in ones), ones) for ones in together.values()]
    times = [(time_of(picture.path), picture) for picture in alone]
    timed = [(at, picture) for at, picture in times if at is not None]
    found = occasions + [(0.0, [picture]) for at, picture in times if at is None]
    by_place = sorted(timed, key=lambda one: (one[1].place, one[0], one[1].path))
    for _, place in groupby(by_place, key=lambda one: one[1].place):
        last = None
        for at, picture in place:
            if last is None or at - last > gap_s:
                found.append((at, []))
            found[-1][1].append(picture)
            last = at
    return [burst for _, burst in sorted(found, key=lambda one: (one[0], one[1][0].path))]


def _alike(pictures: Sequence[S], hashes: np.ndarray, burst: range, same: Callable[[S, S], bool]) -> Iterable[int]:
    """Numbers of earlier pictures that one of the burst's is like."""
    start = max(0, burst.start - COMPARED)
    for number in burst:
        differing = np.bitwise_count(hashes[start : burst.start] ^ hashes[number]).sum(axis=1)
        for row in np.flatnonzero(differing <= ALIKE_BITS):
            if same(pictures[start + int(row)], pictures[number]):
                yield start + int(row)


def as_words(hashes: Sequence[str]) -> np.ndarray:
    """Hexadecimal hashes as rows of 64-bit words."""
    data = b"".join(bytes.fromhex(look) for look in hashes)
    return np.frombuffer(data, dtype=np.uint64).reshape(len(hashes), HASH_BITS // 64)
