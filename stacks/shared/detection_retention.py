"""How long pictures of detections stay: S3's lifecycle, by a tag that says the days."""

from aws_cdk import Duration
from aws_cdk import aws_s3 as s3

from inference.contracts.incoming import INCOMING_DAYS, RETENTION_TAG
from lambdas.common.artifacts import DETECTIONS, RETENTIONS_DAYS


def keep_detections_no_longer(artifacts: s3.Bucket) -> None:
    """A rule for each retention that a domain may choose, and one that lets nothing outlive its deletion by long.

    Where rules overlap, the shorter holds:
    https://docs.aws.amazon.com/AmazonS3/latest/userguide/lifecycle-conflicts.html
    """
    for days in (INCOMING_DAYS, *RETENTIONS_DAYS):
        artifacts.add_lifecycle_rule(
            prefix=DETECTIONS, tag_filters={RETENTION_TAG: str(days)}, expiration=Duration.days(days)
        )
    artifacts.add_lifecycle_rule(
        prefix=DETECTIONS, noncurrent_version_expiration=Duration.days(1), expired_object_delete_marker=True
    )
