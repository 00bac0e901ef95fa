"""AWS calls of the review API beside its table.

Needs: s3:GetObject on the pictures; lambda:InvokeFunction on <app>-*-review.
"""

import json

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from inference.contracts.reviews import Detection, domain_of
from lambdas.common.artifacts import detection_picture
from lambdas.common.http_answers import HttpError
from lambdas.common.observability import emit, logger

NAMESPACE = "Vigil"
_SHORTLY = Config(read_timeout=3, connect_timeout=1, retries={"mode": "standard", "total_max_attempts": 2})


class Pictures:
    def __init__(self, bucket: str) -> None:
        self._bucket = bucket
        self._s3 = boto3.client("s3")

    def read(self, detection_id: str) -> bytes:
        """JPEG. Raises HttpError 404."""
        key = detection_picture(domain_of(detection_id), detection_id)
        try:
            return self._s3.get_object(Bucket=self._bucket, Key=key)["Body"].read()
        except self._s3.exceptions.NoSuchKey:
            raise HttpError(404, "no_picture", f"There is no picture of {detection_id} any more.") from None


class ReviewFunctions:
    """Each domain's review function, which writes what reviews settle into its training data."""

    def __init__(self, app: str) -> None:
        self._app = app
        self._lambda = boto3.client("lambda", config=_SHORTLY)

    def teach(self, detection: Detection) -> None:
        """Asks without waiting. What is lost here is found by the function's own sweep: the review is stored."""
        name = f"{self._app}-{detection.domain}-review"
        event = {"action": "teach", "detection_id": detection.detection_id}
        try:
            self._lambda.invoke(FunctionName=name, InvocationType="Event", Payload=json.dumps(event))
        except (ClientError, BotoCoreError):
            logger.warning(f"{name} was not told of {detection.detection_id}", exc_info=True)
            emit(NAMESPACE, [{"Api": "reviews"}], {"TeachingsDelayed": 1})
