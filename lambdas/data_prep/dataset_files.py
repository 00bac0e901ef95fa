"""A dataset version as files: what a version's folder in the artifacts bucket holds. Pure."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from hashlib import sha256
from typing import NamedTuple

from inference.contracts import SPLITS, DatasetSummary, Finding, Item, Split
from inference.contracts.base import Contract
from lambdas.common.artifacts import MANIFEST, SUMMARY
from lambdas.data_prep import quarantine
from lambdas.data_prep.quarantine import Rejection

VERSION_DIGITS = 16


class StoredFile(NamedTuple):
    """A file that lies in the artifacts bucket already: what is too large to be held in memory."""

    key: str
    digest: str
    """SHA-256 of its bytes, in hexadecimal."""


class Dataset(NamedTuple):
    """What a kind's preparation ends in."""

    classes: tuple[str, ...]
    items: Sequence[Item]
    rejections: list[Rejection]
    duplicates: int
    """Surplus exact copies, left out."""
    undersampled: dict[str, int] = {}
    """Class -> items left out to respect its limit."""
    contents: Contract | None = None
    """What the files hold, in a contract of the kind's own; of the version, as they are."""
    findings: Sequence[Finding] = ()
    examples: Mapping[str, tuple[str, ...]] = {}
    """Names to show beside those of rejections."""
    files: Mapping[str, bytes] = {}
    """Files of the version's own (name -> content), which its hash covers: items whose raw data was rewritten."""
    stored: Mapping[str, StoredFile] = {}
    """The same of files that are copied into the version's folder."""
    listings: Mapping[str, bytes] = {}
    """Files that follow from the items, outside the hash."""
    lists: Mapping[str, Sequence[str]] = {}
    """Name -> files of the version's folder that a training channel of the type ManifestFile reads."""
    raw_bytes: int | None = None
    """Of the raw data, as it was read; strategies of training go by it."""


class DatasetFiles(NamedTuple):
    version: str
    files: dict[str, bytes]
    """Name in the version's folder -> content."""
    stored: Mapping[str, StoredFile]
    summary: DatasetSummary


def render(domain: str, dataset: Dataset) -> DatasetFiles:
    """The version is the hash of manifest, contents and files: the same data is the same version."""
    manifest = "".join(f"{item.model_dump_json()}\n" for item in dataset.items).encode()
    hashes = {name: sha256(body).digest() for name, body in dataset.files.items()}
    hashes |= {name: bytes.fromhex(one.digest) for name, one in dataset.stored.items()}
    digests = b"".join(hashes[name] for name in sorted(hashes))
    contents = b"" if dataset.contents is None else dataset.contents.model_dump_json().encode()
    version = sha256(manifest + contents + digests).hexdigest()[:VERSION_DIGITS]
    summary = DatasetSummary(
        domain=domain,
        version=version,
        classes=dataset.classes,
        counts=_counts(dataset),
        test_split=test_split(dataset.items),
        raw_bytes=dataset.raw_bytes,
        duplicates=dataset.duplicates,
        undersampled=dataset.undersampled,
        quarantined=quarantine.counts(dataset.rejections),
        examples={**quarantine.examples(dataset.rejections), **dataset.examples},
        contents=None if dataset.contents is None else dataset.contents.model_dump(mode="json"),
        findings=tuple(dataset.findings),
    )
    described = {MANIFEST: manifest, **dataset.listings, SUMMARY: summary.model_dump_json(indent=1).encode()}
    return DatasetFiles(version, {**dataset.files, **described}, dataset.stored, summary)


def test_split(items: Iterable[Item]) -> str:
    """Fingerprint of the test items, in any order: the gate counts attempts on it. A corrected label keeps it."""
    lines = sorted(item.model_dump_json(exclude={*item.correctable}) for item in items if item.split is Split.TEST)
    return sha256("\n".join(lines).encode()).hexdigest()[:VERSION_DIGITS]


def _counts(dataset: Dataset) -> dict[Split, dict[str, int]]:
    """Items by split and label, classes first; of the splits that some versions have, where there are any."""
    found = Counter((item.split, item.label) for item in dataset.items)
    splits = [split for split in Split if split in SPLITS or any(one == split for one, _ in found)]
    labels = dict.fromkeys([*dataset.classes, *sorted(label for _, label in found)])
    return {split: {name: found[split, name] for name in labels} for split in splits}
