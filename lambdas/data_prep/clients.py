"""AWS calls of data prep.

Needs: s3:ListBucket and s3:GetObject on the raw bucket; dynamodb:Scan on the label table; s3:ListBucket, s3:GetObject,
s3:PutObject, s3:DeleteObject on the artifacts bucket below datasets/<domain>/, quarantine/<domain>/, runs/<domain>/;
use of the buckets' KMS keys.
"""

from collections.abc import Iterator, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

READERS = 32
"""Threads that read and write objects; the connection pool is as large."""
_CONFIG = Config(max_pool_connections=READERS, retries={"mode": "standard", "max_attempts": 5})


class Bucket:
    """One bucket, as much of it as data prep needs."""

    def __init__(self, name: str, client: Any = None) -> None:
        self.name = name
        self._s3 = client if client is not None else boto3.client("s3", config=_CONFIG)

    def sizes(self, prefix: str) -> dict[str, int]:
        """Key below the prefix -> bytes, page by page; folder placeholders are no files."""
        pages = self._s3.get_paginator("list_objects_v2").paginate(Bucket=self.name, Prefix=prefix)
        return {
            entry["Key"].removeprefix(prefix): entry["Size"]
            for page in pages
            for entry in page.get("Contents", [])
            if not entry["Key"].endswith("/")
        }

    def read(self, key: str) -> bytes | None:
        """The object's content; None when there is no such object."""
        try:
            return self._s3.get_object(Bucket=self.name, Key=key)["Body"].read()
        except self._s3.exceptions.NoSuchKey:
            return None

    def write(self, key: str, body: bytes) -> None:
        """Leaves an object that already has this content as it is, so that a second run changes nothing."""
        digest = sha256(body).hexdigest()
        if self._digest(key) != digest:
            self._s3.put_object(Bucket=self.name, Key=key, Body=body, Metadata={"sha256": digest})

    def delete(self, key: str) -> None:
        self._s3.delete_object(Bucket=self.name, Key=key)

    def copy(self, key: str, to: str, digest: str) -> None:
        """Within the bucket, without the bytes coming here; `digest`: the SHA-256 that the object was written with."""
        if self._digest(to) != digest:
            self._s3.copy_object(Bucket=self.name, Key=to, CopySource={"Bucket": self.name, "Key": key})

    def fetch(self, key: str, folder: Path) -> Path | None:
        """The object as a file in the folder, in bounded memory; None when there is no such object."""
        path = folder / f"{sha256(key.encode()).hexdigest()}{Path(key).suffix}"
        folder.mkdir(parents=True, exist_ok=True)
        try:
            self._s3.download_file(self.name, key, str(path))
        except ClientError as error:
            if error.response["Error"]["Code"] in {"404", "NoSuchKey"}:
                return None
            raise
        return path

    def _digest(self, key: str) -> str | None:
        try:
            return self._s3.head_object(Bucket=self.name, Key=key)["Metadata"].get("sha256")
        except ClientError as error:
            if error.response["Error"]["Code"] in {"404", "NoSuchKey"}:
                return None
            raise


class LabelTable:
    """`columns`: what is read of each row, where the row has it."""

    def __init__(self, name: str, columns: Sequence[str], resource: Any = None) -> None:
        self.name = name
        self._columns = {f"#{number}": column for number, column in enumerate(columns)}
        self._table = (resource if resource is not None else boto3.resource("dynamodb")).Table(name)

    def rows(self) -> Iterator[dict[str, Any]]:
        """Page by page."""
        request: dict[str, Any] = {
            "ProjectionExpression": ", ".join(self._columns),
            "ExpressionAttributeNames": self._columns,
        }
        while True:
            page = self._table.scan(**request)
            yield from page["Items"]
            if "LastEvaluatedKey" not in page:
                return
            request["ExclusiveStartKey"] = page["LastEvaluatedKey"]
