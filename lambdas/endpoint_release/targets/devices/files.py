"""Objects of a domain's update repository.

Needs: s3:GetObject, s3:PutObject, s3:DeleteObject below devices/<domain>/ in the artifacts bucket, and s3:ListBucket
for that folder. Conditional writes need no more:
https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html
"""

import re
from typing import Any, NamedTuple

import boto3
from botocore.exceptions import ClientError

from lambdas.common.device_files import metadata_file, target_file

LOST = frozenset({"PreconditionFailed", "ConditionalRequestConflict", "NoSuchKey"})
"""Somebody else wrote, at the same moment or before; or deleted what was to be replaced."""


class Found(NamedTuple):
    body: bytes
    etag: str


class RepositoryFiles:
    def __init__(self, bucket: str, domain: str) -> None:
        self._bucket = bucket
        self._domain = domain
        self._s3 = boto3.client("s3")

    def read(self, name: str) -> Found | None:
        """Metadata; None: there is none of that name."""
        return self._read(metadata_file(self._domain, name))

    def read_target(self, name: str) -> bytes | None:
        found = self._read(target_file(self._domain, name))
        return None if found is None else found.body

    def create(self, name: str, body: bytes) -> bool:
        """Write metadata. False: there is one of that name."""
        return self._put(metadata_file(self._domain, name), body, IfNoneMatch="*")

    def replace(self, name: str, body: bytes, etag: str | None) -> bool:
        """Write metadata in the place of what has `etag` (None: of nothing). False: it is not that any more."""
        condition = {"IfNoneMatch": "*"} if etag is None else {"IfMatch": etag}
        return self._put(metadata_file(self._domain, name), body, **condition)

    def put_target(self, name: str, body: bytes) -> None:
        """`name` begins with the content's hash, so that writing it twice changes nothing."""
        self._put(target_file(self._domain, name), body)

    def delete_targets(self, name: str) -> None:
        """Every file of a target, whatever its hash."""
        for key in self._keys(target_file(self._domain, "")):
            if re.fullmatch(rf"[0-9a-f]{{64}}\.{re.escape(name)}", key.rsplit("/", 1)[1]):
                self._s3.delete_object(Bucket=self._bucket, Key=key)

    def newest(self, role: str) -> int:
        """The highest version of a role's metadata; 0: there is none."""
        names = (key.rsplit("/", 1)[1] for key in self._keys(metadata_file(self._domain, "")))
        return max((int(name.split(".")[0]) for name in names if re.fullmatch(rf"\d+\.{role}\.json", name)), default=0)

    def _keys(self, prefix: str) -> list[str]:
        pages = self._s3.get_paginator("list_objects_v2").paginate(Bucket=self._bucket, Prefix=prefix)
        return [one["Key"] for page in pages for one in page.get("Contents", ())]

    def _read(self, key: str) -> Found | None:
        try:
            found = self._s3.get_object(Bucket=self._bucket, Key=key)
        except self._s3.exceptions.NoSuchKey:
            return None
        return Found(found["Body"].read(), found["ETag"])

    def _put(self, key: str, body: bytes, **condition: Any) -> bool:
        try:
            self._s3.put_object(Bucket=self._bucket, Key=key, Body=body, **condition)
        except ClientError as error:
            if not condition or error.response["Error"]["Code"] not in LOST:
                raise
            return False
        return True
