"""What enrolled devices ask, with tokens of their own."""

from aws_cdk import Duration
from aws_cdk import aws_apigatewayv2_authorizers as authorizers
from constructs import Construct

from lambdas.device_api.models import ROUTES, DeviceApiVariables
from lambdas.device_authorizer.models import DeviceAuthorizerVariables
from stacks.api.function_alarms import FunctionAlarms
from stacks.api.routes import add_routes
from stacks.platform import Platform
from stacks.settings import APP
from stacks.shared import key_permissions, permissions
from stacks.shared.python_function import PythonFunction
from stacks.shared.requirements_layer import RequirementsLayer
from stacks.shared.source_tree import ROOT

NAME, AUTHORIZER = f"{APP}-device-api", f"{APP}-device-authorizer"
REPOSITORIES = "devices/"
REMEMBERED = Duration.minutes(1)
"""Verified tokens; so long a revoked device may go on."""


class DeviceApi(Construct):
    def __init__(self, scope: Construct, construct_id: str, *, platform: Platform) -> None:
        super().__init__(scope, construct_id)
        authorizer = self._authorizer(platform)
        self.function = PythonFunction(
            self,
            "Function",
            name=NAME,
            package="device_api",
            description="Signed metadata, files and reports of enrolled devices",
            variables=DeviceApiVariables(
                bucket=platform.artifacts.bucket_name, devices_table=platform.devices.table_name
            ),
            platform=platform,
            timeout=Duration.seconds(15),
            memory_mb=512,
        )
        permissions.allow_objects(self.function, permissions.READ_OBJECT, platform.artifacts, REPOSITORIES)
        key_permissions.allow_table(self.function, ("dynamodb:UpdateItem",), platform.devices, platform.key)
        add_routes(
            self,
            "Devices",
            api=platform.api,
            function=self.function,
            routes=ROUTES,
            authorizer=authorizer,
        )
        FunctionAlarms(self, "Alarms", function=self.function, name=NAME, topic=platform.alarms, api="devices")

    def _authorizer(self, platform: Platform) -> authorizers.HttpLambdaAuthorizer:
        requirements = ROOT / "lambdas" / "device_authorizer" / "requirements.txt"
        function = PythonFunction(
            self,
            "Authorizer",
            name=AUTHORIZER,
            package="device_authorizer",
            description="Verifies the tokens of enrolled devices",
            variables=DeviceAuthorizerVariables(devices_table=platform.devices.table_name),
            platform=platform,
            timeout=Duration.seconds(5),
            memory_mb=512,
            layers=[RequirementsLayer(self, "Requirements", requirements=requirements)],
        )
        key_permissions.allow_table(function, ("dynamodb:GetItem",), platform.devices, platform.key)
        FunctionAlarms(self, "AuthorizerAlarms", function=function, name=AUTHORIZER, topic=platform.alarms)
        return authorizers.HttpLambdaAuthorizer(
            "Tokens",
            function,
            authorizer_name="devices",
            identity_source=["$request.header.Authorization"],
            response_types=[authorizers.HttpLambdaResponseType.SIMPLE],
            results_cache_ttl=REMEMBERED,
        )
