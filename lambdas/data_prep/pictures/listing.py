"""Rows of a label table against the listing of pictures (path below the prefix -> bytes). Pure."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from typing import Any, TypeVar

from lambdas.data_prep.errors import DataError
from lambdas.data_prep.inputs import Inputs
from lambdas.data_prep.pictures.reasons import Reason
from lambdas.data_prep.pictures.spec import PicturesSpec
from lambdas.data_prep.quarantine import Rejection

PICTURE_SUFFIXES = (".jpg", ".jpeg")

C = TypeVar("C")


def listed(inputs: Inputs, columns: str) -> tuple[list[dict[str, Any]], dict[str, int]]:
    """Rows and listing; raises DataError where there are no pictures, or no rows. `columns`: what a row needs."""
    assert inputs.labels is not None  # DataPrepVariables asks for it
    sizes = inputs.raw.sizes(inputs.spec.prefix)
    if not sizes:
        raise DataError(f"There are no pictures below s3://{inputs.raw.name}/{inputs.spec.prefix}; upload some.")
    rows = list(inputs.labels.rows())
    if not rows:
        raise DataError(
            f"The label table {inputs.labels.name} is empty; {len(sizes)} pictures wait for labels ({columns})."
        )
    return rows, sizes


def match_rows(
    rows: Iterable[Mapping[str, Any]],
    sizes: Mapping[str, int],
    spec: PicturesSpec,
    read: Callable[[str, Mapping[str, Any]], C | Rejection],
    *,
    one_row_each: bool = False,
) -> tuple[list[C], list[Rejection]]:
    """What rows say of the pictures that they name, and what is left over.

    Args:
        read: a path and its row -> a picture with its label, which has not been opened yet; or why there is none.
        one_row_each: whether a second row of a picture is refused.
    """
    candidates: list[C] = []
    rejections: list[Rejection] = []
    named: set[str] = set()
    for row in rows:
        path = _path_of(row, spec)
        if isinstance(path, Rejection):
            rejections.append(path)
            continue
        found = read(path, row)
        if one_row_each and path in named:
            found = Rejection(path, Reason.CONFLICTING_LABELS, "a second row of the label table names it; delete one")
        named.add(path)
        if isinstance(found, Rejection):
            rejections.append(found)
        else:
            candidates.append(found)
    return candidates, [*rejections, *_unlabelled(sizes, named)]


def _path_of(row: Mapping[str, Any], spec: PicturesSpec) -> str | Rejection:
    """The path below the prefix that a row names."""
    name = row.get(spec.name_column)
    if not isinstance(name, str) or not name:
        return Rejection(f"{row!r:.80}", Reason.INVALID_LABEL, f"the row has no {spec.name_column}")
    return name.removeprefix(spec.prefix)


def file_fault(path: str, labelled: str, sizes: Mapping[str, int], spec: PicturesSpec) -> Rejection | None:
    """Why the file that a row names cannot be a picture; None: it can. `labelled`: what the row says of it."""
    if path not in sizes:
        return Rejection(path, Reason.MISSING, f"labelled {labelled}, but there is no object {spec.prefix}{path}")
    if not path.lower().endswith(PICTURE_SUFFIXES) or ".." in path.split("/"):
        return Rejection(
            path, Reason.UNSUPPORTED_FILE, f"name it {' or '.join(PICTURE_SUFFIXES)}; convert it to JPEG if it is none"
        )
    if sizes[path] == 0:
        return Rejection(path, Reason.EMPTY, "the file has 0 bytes")
    if sizes[path] > spec.max_megabytes * 1_000_000:
        return Rejection(path, Reason.TOO_LARGE, f"{sizes[path]} bytes; at most {spec.max_megabytes:g} MB")
    return None


def _unlabelled(sizes: Mapping[str, int], named: Collection[str]) -> Iterator[Rejection]:
    for path in sizes:
        if path not in named and path.lower().endswith(PICTURE_SUFFIXES):
            yield Rejection(path, Reason.UNLABELLED, "no row of the label table names it")
