"""Writes a dataset version, the records of what was left out, and last of all which version is the latest."""

import json
from collections.abc import Collection
from concurrent.futures import ThreadPoolExecutor

from inference.contracts import DatasetSummary
from lambdas.common.artifacts import (
    dataset_folder,
    dataset_summary,
    latest_dataset,
    quarantine_folder,
    quarantine_record,
)
from lambdas.data_prep.clients import READERS, Bucket
from lambdas.data_prep.dataset_files import DatasetFiles, channels
from lambdas.data_prep.errors import DataError
from lambdas.data_prep.models import DataPrepResult
from lambdas.data_prep.quarantine import Rejection

RECORDS = 5_000
"""Quarantine records of one run; with more, the data is wrong as a whole, and `dataset.json` says how much of it."""


def publish_dataset(domain: str, files: DatasetFiles, artifacts: Bucket) -> DataPrepResult:
    """Writing the same version again changes nothing."""
    for name, body in files.files.items():
        artifacts.write(f"{dataset_folder(domain, files.version)}{name}", body)
    uri = f"s3://{artifacts.name}/{dataset_folder(domain, files.version)}"
    artifacts.write(latest_dataset(domain), json.dumps({"version": files.version, "uri": uri}).encode())
    return _result(files.summary, uri, files.files)


def publish_quarantine(domain: str, rejections: list[Rejection], artifacts: Bucket) -> None:
    """One record an item; records of items that have been put right are removed."""
    prefix = quarantine_folder(domain)
    records = {
        quarantine_record(domain, rejection.item): json.dumps(rejection._asdict()).encode()
        for rejection in rejections[:RECORDS]
    }
    stale = [f"{prefix}{name}" for name in artifacts.sizes(prefix) if f"{prefix}{name}" not in records]
    with ThreadPoolExecutor(READERS) as writers:
        for done in (writers.map(artifacts.write, records, records.values()), writers.map(artifacts.delete, stale)):
            list(done)


def latest(domain: str, artifacts: Bucket) -> DataPrepResult:
    """The newest dataset version; raises DataError when there is none yet."""
    pointer = artifacts.read(latest_dataset(domain))
    if pointer is None:
        raise DataError(f"There is no dataset version of {domain} to reuse yet; run once without skipDataPrep.")
    known = json.loads(pointer)
    summary = artifacts.read(dataset_summary(domain, known["version"]))
    if summary is None:
        raise DataError(f"Dataset version {known['version']} of {domain} has no dataset.json; run data prep again.")
    names = artifacts.sizes(dataset_folder(domain, known["version"]))
    return _result(DatasetSummary.model_validate_json(summary), known["uri"], names)


def _result(summary: DatasetSummary, uri: str, names: Collection[str]) -> DataPrepResult:
    return DataPrepResult(
        version=summary.version,
        test_split=summary.test_split,
        uri=uri,
        channels=channels(uri, names),
        items=sum(sum(by_class.values()) for by_class in summary.counts.values()),
        quarantined=sum(summary.quarantined.values()),
    )
