"""A dataset version as files: what `datasets/<domain>/<version>/` holds, and how a training job gets at it. Pure."""

import json
from collections import Counter
from collections.abc import Collection, Iterable
from hashlib import sha256
from typing import Any, NamedTuple

from inference.contracts import DatasetSummary, Item, Split
from lambdas.common.artifacts import MANIFEST, SUMMARY
from lambdas.data_prep import quarantine
from lambdas.data_prep.labelled_images.dataset import Dataset
from lambdas.data_prep.labelled_images.spec import LabelledImages

VERSION_DIGITS = 16
IMAGES = "images.manifest"
"""Lists the pictures of a version, which stay where they are; telemetry has none."""


class DatasetFiles(NamedTuple):
    version: str
    files: dict[str, bytes]
    """Name in the version's folder -> content."""
    summary: DatasetSummary


def render(domain: str, dataset: Dataset, spec: LabelledImages, raw_bucket: str) -> DatasetFiles:
    """The version is the manifest's hash: the same data is the same version."""
    manifest = "".join(f"{item.model_dump_json()}\n" for item in dataset.items).encode()
    version = sha256(manifest).hexdigest()[:VERSION_DIGITS]
    summary = DatasetSummary(
        domain=domain,
        version=version,
        classes=spec.classes,
        counts=_counts(dataset, spec.classes),
        test_split=test_split(dataset.items),
        duplicates=len(dataset.surplus),
        undersampled=dataset.undersampled,
        quarantined=quarantine.counts(dataset.rejections),
        examples={
            **quarantine.examples(dataset.rejections),
            "duplicates": tuple(dataset.surplus[: quarantine.EXAMPLES]),
        },
    )
    # https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_S3DataSource.html: a prefix, then keys below it
    pictures = [{"prefix": f"s3://{raw_bucket}/{spec.prefix}"}, *(item.path for item in dataset.items)]
    files = {
        MANIFEST: manifest,
        IMAGES: json.dumps(pictures).encode(),
        SUMMARY: summary.model_dump_json(indent=1).encode(),
    }
    return DatasetFiles(version, files, summary)


def test_split(items: Iterable[Item]) -> str:
    """Fingerprint of the test items, in any order: the gate counts attempts on it. A corrected label keeps it."""
    lines = sorted(
        item.model_dump_json(exclude={"label", "group", "faulty"}) for item in items if item.split is Split.TEST
    )
    return sha256("\n".join(lines).encode()).hexdigest()[:VERSION_DIGITS]


def _counts(dataset: Dataset, classes: tuple[str, ...]) -> dict[Split, dict[str, int]]:
    found = Counter((item.split, item.label) for item in dataset.items)
    return {split: {name: found[split, name] for name in classes} for split in Split}


def channels(uri: str, names: Collection[str]) -> tuple[dict[str, Any], ...]:
    """InputDataConfig of CreateTrainingJob for a version's folder (with a trailing slash) that holds these files."""
    dataset = _channel("dataset", "S3Prefix", uri)
    if IMAGES not in names:
        return (dataset,)
    return dataset, _channel("images", "ManifestFile", f"{uri}{IMAGES}")


def _channel(name: str, kind: str, uri: str) -> dict[str, Any]:
    source = {"S3DataType": kind, "S3Uri": uri, "S3DataDistributionType": "FullyReplicated"}
    return {"ChannelName": name, "DataSource": {"S3DataSource": source}, "InputMode": "File"}
