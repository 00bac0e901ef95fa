"""The alarm topic, and a monthly budget that warns before it is spent."""

from aws_cdk import CfnOutput
from aws_cdk import aws_kms as kms
from constructs import Construct

from stacks.settings import Settings
from stacks.shared.alarm_topic import AlarmTopic
from stacks.shared.budget import MonthlyBudget
from stacks.shared.environment_stack import EnvironmentStack


class OperationsStack(EnvironmentStack):
    def __init__(self, scope: Construct, construct_id: str, *, settings: Settings, key: kms.IKey) -> None:
        super().__init__(scope, construct_id, environment=settings.environment)
        self.alarms = AlarmTopic(self, "Alarms", key=key, email=settings.alarm_email)
        self.export(self.alarms.topic.topic_arn)
        MonthlyBudget(self, "Budget", usd=settings.environment.monthly_budget_usd, topic=self.alarms.topic)
        CfnOutput(self, "AlarmTopicArn", value=self.alarms.topic.topic_arn)
