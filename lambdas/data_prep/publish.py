"""Writes a dataset version, the records of what was left out, and last of all which version is the latest."""

import json
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
from lambdas.data_prep.dataset_files import Dataset, render
from lambdas.data_prep.errors import DataError
from lambdas.data_prep.models import DataPrepResult
from lambdas.data_prep.quarantine import Rejection
from lambdas.data_prep.spec import KindSpec

RECORDS = 5_000
"""Quarantine records of one run; with more, the data is wrong as a whole, and `dataset.json` says how much of it."""


def publish(domain: str, spec: KindSpec, dataset: Dataset, artifacts: Bucket) -> DataPrepResult:
    """Writing the same version again changes nothing."""
    _publish_quarantine(domain, dataset.rejections, artifacts)
    rendered = render(domain, dataset)
    folder = dataset_folder(domain, rendered.version)
    for name, body in rendered.files.items():
        artifacts.write(f"{folder}{name}", body)
    for name, one in rendered.stored.items():
        artifacts.copy(one.key, f"{folder}{name}", one.digest)
    uri = f"s3://{artifacts.name}/{folder}"
    for name, paths in dataset.lists.items():
        artifacts.write(f"{folder}{name}", json.dumps([{"prefix": uri}, *paths]).encode())
    artifacts.write(latest_dataset(domain), json.dumps({"version": rendered.version, "uri": uri}).encode())
    return _result(rendered.summary, spec, uri)


def _publish_quarantine(domain: str, rejections: list[Rejection], artifacts: Bucket) -> None:
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


def latest(domain: str, spec: KindSpec, artifacts: Bucket) -> DataPrepResult:
    """The newest dataset version; raises DataError when there is none yet."""
    pointer = artifacts.read(latest_dataset(domain))
    if pointer is None:
        raise DataError(f"There is no dataset version of {domain} to reuse yet; run once without skipDataPrep.")
    known = json.loads(pointer)
    summary = artifacts.read(dataset_summary(domain, known["version"]))
    if summary is None:
        raise DataError(f"Dataset version {known['version']} of {domain} has no dataset.json; run data prep again.")
    return _result(DatasetSummary.model_validate_json(summary), spec, known["uri"])


def _result(summary: DatasetSummary, spec: KindSpec, uri: str) -> DataPrepResult:
    return DataPrepResult(
        version=summary.version,
        test_split=summary.test_split,
        uri=uri,
        channels=spec.channels(uri),
        items=sum(sum(by_class.values()) for by_class in summary.counts.values()),
        quarantined=sum(summary.quarantined.values()),
        raw_bytes=summary.raw_bytes,
    )
