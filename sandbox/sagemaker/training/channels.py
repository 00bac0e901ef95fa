"""Input channels: which objects of S3 a training job finds under which path."""

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path, PurePosixPath
from typing import Any

from botocore.exceptions import ClientError

from sandbox.sagemaker.aws import split_uri

_PARALLEL_DOWNLOADS = 8


class NoDataError(Exception):
    """A channel that names nothing that can be read."""


def download(s3: Any, channel: dict, folder: Path) -> int:
    """Fetch a channel's objects to `folder` / relative path, and answer how many there were.

    FastFile streams on AWS; here the files are simply there. Raises NoDataError.
    """
    source = channel["DataSource"]["S3DataSource"]
    try:
        if source["S3DataType"] == "ManifestFile":
            objects = list(_in_manifest(s3, source["S3Uri"], folder))
        else:
            objects = list(_under_prefix(s3, source["S3Uri"]))
        if not objects:
            raise NoDataError(
                f'No S3 objects found under S3 URL "{source["S3Uri"]}" given in input data source '
                f"of channel {channel['ChannelName']}. Please ensure that the bucket exists and that it holds objects there."
            )
        with ThreadPoolExecutor(_PARALLEL_DOWNLOADS) as pool:
            list(pool.map(lambda found: _fetch(s3, found[0], found[1], folder / found[2]), objects))
    except ClientError as error:
        raise NoDataError(f"channel {channel['ChannelName']}, {source['S3Uri']}: {error}") from error
    return len(objects)


def _under_prefix(s3: Any, uri: str) -> Iterator[tuple[str, str, str]]:
    """Bucket, key and relative path of each object: relative to the prefix, or to its last folder when it ends inside
    a name, so that one object's own URI yields its plain file name."""
    bucket, prefix = split_uri(uri)
    for listing in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix):
        for found in listing.get("Contents", ()):
            key = found["Key"]
            whole_folder = prefix if prefix.endswith("/") else f"{prefix}/"
            start = whole_folder if prefix and key.startswith(whole_folder) else prefix.rpartition("/")[0]
            relative = key.removeprefix(start).lstrip("/")
            if relative and not key.endswith("/"):
                yield bucket, key, relative


def _in_manifest(s3: Any, uri: str, folder: Path) -> Iterator[tuple[str, str, str]]:
    """What a manifest `[{"prefix": "s3://..."}, "relative/path", ...]` lists. SageMaker leaves the manifest itself
    beside the channel's folder (https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_S3DataSource.html)."""
    bucket, key = split_uri(uri)
    body = s3.get_object(Bucket=bucket, Key=key)["Body"].read()
    folder.parent.joinpath(f"{folder.name}-manifest").write_bytes(body)
    try:
        head, *paths = json.loads(body)
        prefix_bucket, prefix = split_uri(head["prefix"])
    except (ValueError, KeyError, TypeError) as error:
        raise NoDataError(f'{uri} is no manifest: [{{"prefix": "s3://..."}}, "path", ...] is needed; {error}') from error
    for path in paths:
        yield prefix_bucket, prefix + path, path


def _fetch(s3: Any, bucket: str, key: str, path: Path) -> None:
    if ".." in PurePosixPath(path).parts:
        raise NoDataError(f"s3://{bucket}/{key} would be written outside its channel")
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        for chunk in s3.get_object(Bucket=bucket, Key=key)["Body"].iter_chunks(1 << 20):
            file.write(chunk)
