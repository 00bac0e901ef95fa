"""Raw data: what arrives from outside, in a bucket and a table that are made here or handed in."""

from aws_cdk import RemovalPolicy
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from constructs import Construct

from stacks.pipeline.domain_context import DomainContext
from stacks.platform import Platform
from stacks.shared.private_bucket import PrivateBucket


class RawData(Construct):
    """`bucket` holds items below `prefix`, `table` their labels (None where labels come with the data).

    A bucket brings the key it is encrypted with (`Bucket.from_bucket_attributes(encryption_key=...)`), a table none.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        domain: DomainContext,
        bucket: s3.IBucket | None = None,
        table: dynamodb.ITable | None = None,
        table_key: kms.IKey | None = None,
    ) -> None:
        super().__init__(scope, construct_id)
        labels_key = domain.definition.data.labels_key
        if table is not None and labels_key is None:
            raise ValueError(f"{domain.definition.name}: labels come with the data, so it takes no table of labels")
        self.prefix = domain.definition.data.prefix
        self.bucket = bucket if bucket is not None else self._new_bucket(domain.platform)
        self.table, self.table_key = table, table_key
        if table is None and labels_key is not None:
            self.table, self.table_key = self._new_table(domain.platform, labels_key), domain.platform.key

    def _new_bucket(self, platform: Platform) -> s3.IBucket:
        return PrivateBucket(
            self,
            "Raw",
            key=platform.key,
            access_logs=platform.access_logs,
            retain=platform.environment.retain,
        )

    def _new_table(self, platform: Platform, labels_key: str) -> dynamodb.ITable:
        retain = platform.environment.retain
        return dynamodb.Table(
            self,
            "Labels",
            partition_key=dynamodb.Attribute(name=labels_key, type=dynamodb.AttributeType.STRING),
            billing_mode=dynamodb.BillingMode.PAY_PER_REQUEST,
            encryption=dynamodb.TableEncryption.CUSTOMER_MANAGED,
            encryption_key=platform.key,
            point_in_time_recovery_specification=dynamodb.PointInTimeRecoverySpecification(
                point_in_time_recovery_enabled=True
            ),
            deletion_protection=retain,
            removal_policy=RemovalPolicy.RETAIN if retain else RemovalPolicy.DESTROY,
        )
