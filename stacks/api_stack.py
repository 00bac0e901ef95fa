"""The single door. Domains add their routes to it."""

from aws_cdk import CfnOutput
from aws_cdk import aws_kms as kms
from constructs import Construct

from stacks.settings import Settings
from stacks.shared.door import Door
from stacks.shared.environment_stack import EnvironmentStack


class ApiStack(EnvironmentStack):
    def __init__(self, scope: Construct, construct_id: str, *, settings: Settings, key: kms.IKey) -> None:
        super().__init__(scope, construct_id, environment=settings.environment)
        self.door = Door(self, "Door", environment=settings.environment, key=key)
        self.export(self.door.api.api_id)
        CfnOutput(self, "ApiUrl", value=self.door.url)
        CfnOutput(self, "ApiId", value=self.door.api.api_id)
