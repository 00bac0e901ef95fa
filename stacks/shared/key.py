"""The KMS key of an environment."""

from aws_cdk import Aws, RemovalPolicy
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from constructs import Construct

_SERVICES = ("cloudwatch", "events", "budgets", "sns")
"""Services that publish to encrypted topics and queues on their own behalf, so no role of ours can be granted."""


class EnvironmentKey(kms.Key):
    """Encrypts buckets, tables, queues, topics, logs and streams. Rotates yearly; roles are granted through IAM."""

    def __init__(self, scope: Construct, construct_id: str, *, removal: RemovalPolicy) -> None:
        super().__init__(
            scope,
            construct_id,
            description="Vigil: data at rest",
            enable_key_rotation=True,
            removal_policy=removal,
        )
        self._allow_services()
        self._allow_logs()

    def _allow_services(self) -> None:
        self.add_to_resource_policy(
            iam.PolicyStatement(
                sid="ServicesOfThisAccount",
                principals=[iam.ServicePrincipal(f"{name}.amazonaws.com") for name in _SERVICES],
                actions=["kms:Decrypt", "kms:GenerateDataKey*"],
                resources=["*"],
                conditions={"StringEquals": {"aws:SourceAccount": Aws.ACCOUNT_ID}},
            )
        )

    def _allow_logs(self) -> None:
        """https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html"""
        group = f"arn:{Aws.PARTITION}:logs:{Aws.REGION}:{Aws.ACCOUNT_ID}:log-group:*"
        self.add_to_resource_policy(
            iam.PolicyStatement(
                sid="LogGroupsOfThisAccount",
                principals=[iam.ServicePrincipal(f"logs.{Aws.REGION}.amazonaws.com")],
                actions=["kms:Encrypt", "kms:Decrypt", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:Describe*"],
                resources=["*"],
                conditions={"ArnLike": {"kms:EncryptionContext:aws:logs:arn": group}},
            )
        )
