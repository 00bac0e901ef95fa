"""What must outlive a deployment: the key, the buckets and the releases table."""

from aws_cdk import RemovalPolicy
from aws_cdk import aws_dynamodb as dynamodb
from constructs import Construct

from stacks.settings import Environment
from stacks.shared.key import EnvironmentKey
from stacks.shared.private_bucket import AccessLogsBucket, PrivateBucket


class Storage(Construct):
    """`artifacts`: datasets, runs, models. `captures`: predictions. `releases`: one item a domain."""

    def __init__(self, scope: Construct, construct_id: str, *, environment: Environment) -> None:
        super().__init__(scope, construct_id)
        retain = environment.retain
        removal = RemovalPolicy.RETAIN if retain else RemovalPolicy.DESTROY
        self.key = EnvironmentKey(self, "Key", removal=removal)
        self.access_logs = AccessLogsBucket(self, "AccessLogs", retain=retain, keep_days=environment.log_days)
        self.artifacts = PrivateBucket(self, "Artifacts", key=self.key, access_logs=self.access_logs, retain=retain)
        self.captures = PrivateBucket(self, "Captures", key=self.key, access_logs=self.access_logs, retain=retain)
        self.releases = dynamodb.Table(
            self,
            "Releases",
            partition_key=dynamodb.Attribute(name="domain", type=dynamodb.AttributeType.STRING),
            billing_mode=dynamodb.BillingMode.PAY_PER_REQUEST,
            encryption=dynamodb.TableEncryption.CUSTOMER_MANAGED,
            encryption_key=self.key,
            point_in_time_recovery_specification=dynamodb.PointInTimeRecoverySpecification(
                point_in_time_recovery_enabled=True
            ),
            deletion_protection=retain,
            removal_policy=removal,
        )
