"""Dead-letter queue: events that a function or a state machine did not handle."""

from aws_cdk import Duration
from aws_cdk import aws_kms as kms
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from stacks.shared.acknowledge import acknowledge


class DeadLetterQueue(sqs.Queue):
    """Keeps events for 14 days; an alarm watches its depth."""

    def __init__(self, scope: Construct, construct_id: str, *, key: kms.IKey) -> None:
        super().__init__(
            scope,
            construct_id,
            encryption=sqs.QueueEncryption.KMS,
            encryption_master_key=key,
            enforce_ssl=True,
            retention_period=Duration.days(14),
        )
        acknowledge(self, {"AwsSolutions-SQS3": "this is the dead-letter queue"})
