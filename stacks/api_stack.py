"""The environment's HTTP API. Domains add their routes to it."""

from aws_cdk import CfnOutput
from aws_cdk import aws_kms as kms
from constructs import Construct

from stacks.settings import Settings
from stacks.shared.environment_stack import EnvironmentStack
from stacks.shared.http_api import EnvironmentApi


class ApiStack(EnvironmentStack):
    def __init__(self, scope: Construct, construct_id: str, *, settings: Settings, key: kms.IKey) -> None:
        super().__init__(scope, construct_id, environment=settings.environment)
        self.api = EnvironmentApi(self, "Api", environment=settings.environment, key=key)
        self.export(self.api.http_api.api_id)
        CfnOutput(self, "ApiUrl", value=self.api.url)
        CfnOutput(self, "ApiId", value=self.api.http_api.api_id)
