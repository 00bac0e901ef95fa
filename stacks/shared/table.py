"""DynamoDB tables: paid by request, encrypted with the environment's key, restorable to any second."""

from aws_cdk import RemovalPolicy
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_kms as kms
from constructs import Construct


class EncryptedTable(dynamodb.Table):
    """`key`: name of the partition key, `sort`: of the sort key if there is one; both hold text.

    `expires`: attribute with the second (since 1970) after which DynamoDB takes an item away.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        key: str,
        sort: str | None = None,
        expires: str | None = None,
        encryption_key: kms.IKey,
        retain: bool,
    ) -> None:
        super().__init__(
            scope,
            construct_id,
            partition_key=text(key),
            sort_key=None if sort is None else text(sort),
            time_to_live_attribute=expires,
            billing_mode=dynamodb.BillingMode.PAY_PER_REQUEST,
            encryption=dynamodb.TableEncryption.CUSTOMER_MANAGED,
            encryption_key=encryption_key,
            point_in_time_recovery_specification=dynamodb.PointInTimeRecoverySpecification(
                point_in_time_recovery_enabled=True
            ),
            deletion_protection=retain,
            removal_policy=RemovalPolicy.RETAIN if retain else RemovalPolicy.DESTROY,
        )


def text(name: str) -> dynamodb.Attribute:
    """An attribute of a key."""
    return dynamodb.Attribute(name=name, type=dynamodb.AttributeType.STRING)
