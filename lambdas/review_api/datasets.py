"""Dataset versions in the artifacts bucket, and their exports, which are written once.

Needs: s3:ListBucket and s3:GetObject below datasets/, s3:GetObject and s3:PutObject below exports/.
"""

import json
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

from inference.contracts.annotations import AnnotationsError, ExportFormat, export, read_manifest
from inference.contracts.dataset import DatasetSummary
from lambdas.common.artifacts import (
    MANIFEST,
    dataset_folder,
    dataset_summary,
    datasets_folder,
    exported_dataset,
    latest_dataset,
)
from lambdas.common.http_answers import HttpError
from lambdas.review_api.models import URL_S
from lambdas.review_api.views import DatasetVersion, DatasetVersions, Export

NEWEST = 50
"""Versions that are told."""
READ_AT_MOST = 500
"""Summaries that are read to find the newest."""
READERS = 16
LARGEST_MANIFEST = 10_000_000
"""Bytes that become an export within the time of a request."""
_GONE = frozenset({"NoSuchKey", "404"})


class Datasets:
    def __init__(self, bucket: str) -> None:
        self._bucket = bucket
        # What KMS encrypts is handed out to signature version 4 only; URLs name the Region's own host.
        style = {"addressing_style": "virtual"}
        config = Config(signature_version="s3v4", s3=style, max_pool_connections=READERS)
        self._s3 = boto3.client("s3", config=config)

    def versions(self, domain: str) -> DatasetVersions:
        folder, latest = datasets_folder(domain), self._get(latest_dataset(domain))
        newest = None if latest is None else json.loads(latest["Body"].read())["version"]
        pages = self._s3.get_paginator("list_objects_v2").paginate(Bucket=self._bucket, Prefix=folder, Delimiter="/")
        names = [one["Prefix"][len(folder) : -1] for page in pages for one in page.get("CommonPrefixes", ())]
        with ThreadPoolExecutor(READERS) as readers:
            read = readers.map(lambda name: self._version(domain, name, newest), names[:READ_AT_MOST])
            found = sorted((one for one in read if one is not None), key=lambda one: one.made, reverse=True)
        return DatasetVersions(versions=tuple(found[:NEWEST]), left_out=len(names) - len(found[:NEWEST]))

    def export(self, domain: str, version: str, form: ExportFormat) -> Export:
        """Raises HttpError 404, 413, 422."""
        key = exported_dataset(domain, version, form)
        size = self._size(key)
        if size is None:
            body = self._made(domain, version, form)
            # The same version makes the same bytes: who comes second changes nothing.
            self._s3.put_object(Bucket=self._bucket, Key=key, Body=body, ContentType="application/zip")
            size = len(body)
        file = f"{domain}-{version}.{form}.zip"
        where = {"Bucket": self._bucket, "Key": key, "ResponseContentDisposition": f'attachment; filename="{file}"'}
        url = self._s3.generate_presigned_url("get_object", Params=where, ExpiresIn=URL_S)
        return Export(url=url, expires_in_s=URL_S, file=file, size_bytes=size)

    def _made(self, domain: str, version: str, form: ExportFormat) -> bytes:
        summary = self._get(dataset_summary(domain, version))
        if summary is None:
            raise HttpError(404, "no_such_version", f"{domain} has no dataset version {version}.")
        manifest = f"{dataset_folder(domain, version)}{MANIFEST}"
        size = self._size(manifest) or 0
        if size > LARGEST_MANIFEST:
            told = f"The manifest has {size:,} bytes; {LARGEST_MANIFEST:,} are exported here at most."
            fix = f"python -m clients.operator export {domain} --version {version} --format {form} has no limit."
            raise HttpError(413, "too_large", f"{told} {fix}")
        body = self._s3.get_object(Bucket=self._bucket, Key=manifest)["Body"].read()
        try:
            files = export(form, DatasetSummary.model_validate_json(summary["Body"].read()), read_manifest(body))
        except AnnotationsError as error:
            raise HttpError(422, "not_exported", f"{str(error)[:1].upper()}{str(error)[1:]}.") from error
        return zipped(files)

    def _version(self, domain: str, name: str, newest: str | None) -> DatasetVersion | None:
        """None: it is being published, or was left half."""
        found = self._get(dataset_summary(domain, name))
        if found is None:
            return None
        summary = DatasetSummary.model_validate_json(found["Body"].read())
        return DatasetVersion(
            **summary.model_dump(include={"version", "classes", "counts", "test_split", "duplicates"}),
            made=found["LastModified"],
            latest=name == newest,
            items=sum(sum(by_class.values()) for by_class in summary.counts.values()),
            quarantined=sum(summary.quarantined.values()),
        )

    def _get(self, key: str) -> dict[str, Any] | None:
        try:
            return self._s3.get_object(Bucket=self._bucket, Key=key)
        except self._s3.exceptions.NoSuchKey:
            return None

    def _size(self, key: str) -> int | None:
        try:
            return self._s3.head_object(Bucket=self._bucket, Key=key)["ContentLength"]
        except ClientError as error:
            if error.response["Error"]["Code"] in _GONE:
                return None
            raise


def zipped(files: dict[str, bytes]) -> bytes:
    """The same files are the same bytes: no times, sorted names."""
    stream = BytesIO()
    with ZipFile(stream, "w", ZIP_DEFLATED) as archive:
        for name in sorted(files):
            archive.writestr(ZipInfo(name), files[name], ZIP_DEFLATED)
    return stream.getvalue()
