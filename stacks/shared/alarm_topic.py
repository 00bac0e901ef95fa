"""The SNS topic of all alarms."""

from aws_cdk import Aws
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sns_subscriptions as subscriptions
from constructs import Construct

_OURS = {"StringEquals": {"aws:SourceAccount": Aws.ACCOUNT_ID}}
"""Or an alarm of any account could be pointed at the topic.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Notify_Users_Alarm_Changes.html
"""


class AlarmTopic(Construct):
    def __init__(self, scope: Construct, construct_id: str, *, key: kms.IKey, email: str | None = None) -> None:
        super().__init__(scope, construct_id)
        self.topic = sns.Topic(self, "Topic", master_key=key, enforce_ssl=True, display_name="Vigil alarms")
        for service in ("cloudwatch", "budgets"):
            self.topic.grant_publish(iam.ServicePrincipal(f"{service}.amazonaws.com", conditions=_OURS))
        if email is not None:
            self.topic.add_subscription(subscriptions.EmailSubscription(email))
