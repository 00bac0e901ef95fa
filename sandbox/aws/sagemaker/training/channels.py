"""Input channels: downloads S3 objects to the paths where a training job reads them."""

import json
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from botocore.exceptions import ClientError

from sandbox.aws.clients import Aws, split_uri


class NoDataError(Exception):
    """A channel that names nothing that can be read."""


def download(aws: Aws, channel: dict, folder: Path) -> int:
    """Fetch a channel's objects to `folder` / relative path, and answer how many there were.

    FastFile streams on AWS; here the files are simply there. Raises NoDataError.
    """
    source = channel["DataSource"]["S3DataSource"]
    uri = source["S3Uri"]
    count = 0
    try:
        found = _in_manifest(aws, uri, folder) if source["S3DataType"] == "ManifestFile" else _under_prefix(aws, uri)
        for object_uri, relative in found:
            _write(folder, relative, aws.read(object_uri))
            count += 1
    except (ClientError, FileNotFoundError, ValueError) as error:
        raise NoDataError(f"channel {channel['ChannelName']}, {uri}: {error}") from error
    if not count:
        raise NoDataError(
            f'No S3 objects found under S3 URL "{uri}" given in input data source of channel {channel["ChannelName"]}. '
            "Please ensure that the bucket exists and that it holds objects there."
        )
    return count


def _under_prefix(aws: Aws, uri: str) -> Iterator[tuple[str, str]]:
    """URI and relative path of each object: relative to the prefix, or to its last folder when it ends inside a name,
    so that one object's own URI yields its plain file name."""
    bucket, prefix = split_uri(uri)
    for listing in aws.s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix):
        for found in listing.get("Contents", ()):
            key = found["Key"]
            whole_folder = prefix if prefix.endswith("/") else f"{prefix}/"
            start = whole_folder if prefix and key.startswith(whole_folder) else prefix.rpartition("/")[0]
            relative = key.removeprefix(start).lstrip("/")
            if relative and not key.endswith("/"):
                yield f"s3://{bucket}/{key}", relative


def _in_manifest(aws: Aws, uri: str, folder: Path) -> Iterator[tuple[str, str]]:
    """What a manifest `[{"prefix": "s3://..."}, "relative/path", ...]` lists. SageMaker leaves the manifest itself
    beside the channel's folder (https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_S3DataSource.html)."""
    content = aws.read(uri)
    folder.parent.joinpath(f"{folder.name}-manifest").write_bytes(content)
    try:
        head, *paths = json.loads(content)
        prefix = head["prefix"]
    except (ValueError, KeyError, TypeError) as error:
        raise ValueError(f'no manifest [{{"prefix": "s3://..."}}, "path", ...]: {error}') from error
    for path in paths:
        yield prefix + path, path


def _write(folder: Path, relative: str, content: bytes) -> None:
    if ".." in PurePosixPath(relative).parts:
        raise ValueError(f"{relative} would be written outside its channel")
    path = folder / relative
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
