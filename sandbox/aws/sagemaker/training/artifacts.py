"""Uploads a training job's model and output to S3."""

import tarfile
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any

from sandbox.aws.clients import split_uri


def upload_archive(s3: Any, folder: Path, uri: str) -> None:
    """Store the contents of `folder` as one gzipped tar file."""
    bucket, key = split_uri(uri)
    with TemporaryFile() as archive:
        with tarfile.open(fileobj=archive, mode="w:gz", compresslevel=1) as tar:
            for path in sorted(folder.iterdir()):
                tar.add(path, path.name)
        archive.seek(0)
        s3.put_object(Bucket=bucket, Key=key, Body=archive)


def upload_folder(s3: Any, folder: Path, uri: str) -> None:
    """Store every file of `folder`, if there is such a folder, under `uri`."""
    bucket, prefix = split_uri(uri)
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            key = f"{prefix.rstrip('/')}/{path.relative_to(folder).as_posix()}"
            s3.put_object(Bucket=bucket, Key=key, Body=path.read_bytes())
