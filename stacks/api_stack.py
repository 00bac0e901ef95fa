"""The environment's HTTP API: the registry, devices, reviews, and the console. Domains add their routes to it."""

from aws_cdk import CfnOutput
from aws_cdk import aws_sns as sns
from constructs import Construct

from lambdas.console.models import HOME
from stacks.api.console import Console
from stacks.api.devices import DeviceApi
from stacks.api.operations import OperationsApi
from stacks.api.registry import RegistryApi
from stacks.api.reviews import ReviewApi
from stacks.api.sign_in import SignIn
from stacks.platform import Platform
from stacks.settings import Settings
from stacks.shared.environment_stack import EnvironmentStack
from stacks.shared.http_api import EnvironmentApi
from stacks.shared.storage import Storage


class ApiStack(EnvironmentStack):
    """`platform`: what domains share, this API among it."""

    def __init__(
        self, scope: Construct, construct_id: str, *, settings: Settings, storage: Storage, alarms: sns.ITopic
    ) -> None:
        super().__init__(scope, construct_id, environment=settings.environment)
        api = EnvironmentApi(self, "Api", environment=settings.environment, key=storage.key)
        self.platform = Platform.of(settings.environment, storage, api, alarms)
        sign_in = SignIn(self, "SignIn", environment=settings.environment, home=f"{api.url}{HOME}")
        console = Console(self, "Console", platform=self.platform, sign_in=sign_in)
        RegistryApi(self, "Registry", platform=self.platform, people=sign_in.authorizer)
        DeviceApi(self, "Devices", platform=self.platform)
        OperationsApi(self, "Operations", platform=self.platform, people=sign_in.authorizer)
        ReviewApi(self, "Reviews", platform=self.platform, people=sign_in.authorizer)
        self.export(api.http_api.api_id)
        CfnOutput(self, "ApiUrl", value=api.url)
        CfnOutput(self, "ConsoleUrl", value=sign_in.home)
        CfnOutput(self, "ConsoleFunction", value=console.function.function_name)
        CfnOutput(self, "UserPool", value=sign_in.pool.user_pool_id)
        CfnOutput(self, "UserPoolClient", value=sign_in.client.user_pool_client_id)
        CfnOutput(self, "ApiId", value=api.http_api.api_id)
