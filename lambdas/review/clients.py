"""AWS calls of the review function.

Needs: below detections/<domain>/ of the artifacts bucket s3:GetObject, s3:PutObject, s3:PutObjectTagging (pictures,
quarantine), s3:DeleteObject, s3:ListBucket (incoming); below <prefix>reviewed/ of the raw bucket s3:GetObject,
s3:PutObject, s3:DeleteObject; on the detections table, keys of the domain: dynamodb:GetItem, dynamodb:PutItem,
dynamodb:UpdateItem, dynamodb:Query on the index `untaught`; on the label table, keys `reviewed/*`: dynamodb:PutItem,
dynamodb:DeleteItem; where frames are labelled, `labelled/` as `reviewed/`; lambda:InvokeFunction on the domain's
retraining trigger; use of their KMS keys.
"""

import json
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import boto3

from inference.contracts.incoming import RETENTION_TAG
from lambdas.common.artifacts import (
    QUARANTINE_DAYS,
    detection_picture,
    incoming_folder,
    incoming_picture,
    unusable_picture,
)
from lambdas.common.errors import VigilError

MOST_OF_A_REASON = 1000
"""Characters: https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingMetadata.html allows 2 KB, names included."""


class PictureMissingError(VigilError):
    """The picture is not where it should be: its retention is over, or it never came."""


class Pictures:
    """Of detections, as they come and as they are kept."""

    def __init__(self, bucket: str, domain: str, retention_days: int) -> None:
        self._s3 = boto3.client("s3")
        self._bucket, self._domain, self._days = bucket, domain, retention_days

    def waiting(self, longer_than_s: float) -> list[str]:
        """Ids of incoming detections."""
        folder, since = incoming_folder(self._domain), datetime.now(UTC) - timedelta(seconds=longer_than_s)
        pages = self._s3.get_paginator("list_objects_v2").paginate(Bucket=self._bucket, Prefix=folder)
        return [
            entry["Key"].removeprefix(folder)
            for page in pages
            for entry in page.get("Contents", ())
            if entry["LastModified"] <= since
        ]

    def incoming(self, detection: str) -> bytes | None:
        """As `lambdas/common/incoming.py` packs it."""
        return _read(self._s3, self._bucket, incoming_picture(self._domain, detection))

    def kept(self, detection: str) -> bytes:
        """Raises PictureMissingError."""
        key = detection_picture(self._domain, detection)
        body = _read(self._s3, self._bucket, key)
        if body is None:
            raise PictureMissingError(f"There is no s3://{self._bucket}/{key}; its retention may be over.")
        return body

    def keep(self, detection: str, body: bytes) -> None:
        self._s3.put_object(
            Bucket=self._bucket,
            Key=detection_picture(self._domain, detection),
            Body=body,
            ContentType="image/jpeg",
            Tagging=urlencode({RETENTION_TAG: self._days}),
        )

    def quarantine(self, detection: str, reason: str) -> None:
        """As it came, and why: metadata are ASCII, and S3 takes 2 KB of them."""
        body = self.incoming(detection)
        if body is not None:
            self._s3.put_object(
                Bucket=self._bucket,
                Key=unusable_picture(self._domain, detection),
                Body=body,
                Metadata={"reason": reason.encode("ascii", "backslashreplace").decode()[:MOST_OF_A_REASON]},
                Tagging=urlencode({RETENTION_TAG: QUARANTINE_DAYS}),
            )
            self.forget_incoming(detection)

    def forget_incoming(self, detection: str) -> None:
        self._s3.delete_object(Bucket=self._bucket, Key=incoming_picture(self._domain, detection))


class RawPictures:
    """Copies of reviewed pictures and labelled frames among the raw data, by their path below its prefix."""

    def __init__(self, bucket: str, prefix: str) -> None:
        self._s3 = boto3.client("s3")
        self._bucket, self._prefix = bucket, prefix

    def has(self, path: str) -> bool:
        try:
            self._s3.head_object(Bucket=self._bucket, Key=f"{self._prefix}{path}")
        except self._s3.exceptions.ClientError as error:
            if error.response["Error"]["Code"] in {"404", "NoSuchKey"}:
                return False
            raise
        return True

    def add(self, path: str, body: bytes) -> None:
        self._s3.put_object(Bucket=self._bucket, Key=f"{self._prefix}{path}", Body=body, ContentType="image/jpeg")

    def remove(self, path: str) -> None:
        self._s3.delete_object(Bucket=self._bucket, Key=f"{self._prefix}{path}")


class RetrainingTrigger:
    """`function`: None where the domain has none."""

    def __init__(self, function: str | None) -> None:
        self._function = function
        self._lambda = boto3.client("lambda")

    def tell(self) -> None:
        """Something was taught; whether that starts a run, the trigger decides."""
        if self._function is not None:
            event = json.dumps({"action": "reviews"})
            self._lambda.invoke(FunctionName=self._function, InvocationType="Event", Payload=event)


def _read(s3: Any, bucket: str, key: str) -> bytes | None:
    try:
        return s3.get_object(Bucket=bucket, Key=key)["Body"].read()
    except s3.exceptions.NoSuchKey:
        return None
