"""AWS calls of the drift monitor.

Needs: s3:ListBucket, s3:GetObject on captures/<domain>/ of the captures bucket and runs/<domain>/ of the artifacts
bucket, s3:PutObject on drift/<domain>/ of the latter; dynamodb:GetItem on the releases table.
"""

from collections.abc import Iterator
from contextlib import closing
from itertools import islice
from typing import Any

import boto3

from inference.contracts import Baseline
from inference.contracts.drift import DriftReport
from lambdas.common.artifacts import drift_report
from lambdas.common.model_archive import ArchiveError, read_package
from lambdas.common.release_state import Release
from lambdas.common.s3_uri import split_uri
from lambdas.drift_monitor.window import Window, hours, spread

BASELINE = "baseline.json"


class Store:
    def __init__(self, captures_bucket: str, artifacts_bucket: str, client: Any = None) -> None:
        self._captures, self._artifacts = captures_bucket, artifacts_bucket
        self._s3 = client if client is not None else boto3.client("s3")

    def baseline(self, champion: Release) -> Baseline:
        """Of the champion's package. Raises ArchiveError when the archive is not the one that was released."""
        bucket, key = split_uri(champion.model_data_url)
        found = read_package(self._s3.get_object(Bucket=bucket, Key=key)["Body"], {BASELINE})
        if champion.manifest_sha256 and found.manifest_sha256 != champion.manifest_sha256:
            raise ArchiveError(
                f"The manifest at {champion.model_data_url} has the sha256 {found.manifest_sha256}, but "
                f"{champion.manifest_sha256} was released: it was changed since."
            )
        if BASELINE not in found.members:
            raise ArchiveError(f"The package at {champion.model_data_url} has no {BASELINE}; train it again.")
        return Baseline.model_validate_json(found.members[BASELINE])

    def fill(self, window: Window, domain: str, baseline: Baseline, most: int) -> None:
        """With at most `most` captures: as many of each object, and objects evenly over the window."""
        keys = [key for hour in hours(window.since, window.until) for key in self._keys(f"captures/{domain}/{hour}")]
        chosen = spread(keys)
        window.complete = len(chosen) == len(keys)
        for number, key in enumerate(chosen):
            # What earlier objects left of their shares is for those that come after them.
            share = max(0, -(-(most - window.captures) // (len(chosen) - number)))
            with closing(self._s3.get_object(Bucket=self._captures, Key=key)["Body"]) as body:
                lines = body.iter_lines()
                window.add(islice(lines, share), baseline)
                window.complete = window.complete and next(lines, None) is None

    def write(self, report: DriftReport) -> str:
        key = drift_report(report.domain, report.at)
        body = report.model_dump_json().encode()
        self._s3.put_object(Bucket=self._artifacts, Key=key, Body=body, ContentType="application/json")
        return key

    def _keys(self, prefix: str) -> Iterator[str]:
        pages = self._s3.get_paginator("list_objects_v2").paginate(Bucket=self._captures, Prefix=prefix)
        return (entry["Key"] for page in pages for entry in page.get("Contents", ()))
