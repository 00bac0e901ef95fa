"""The registry: one API for every domain's models and devices."""

from aws_cdk import Duration
from aws_cdk import aws_apigatewayv2 as apigateway
from constructs import Construct

from lambdas.registry.models import ROUTES, RegistryVariables
from stacks.api.function_alarms import FunctionAlarms
from stacks.api.routes import add_routes_of_both
from stacks.platform import Platform
from stacks.settings import APP
from stacks.shared import key_permissions, permissions
from stacks.shared.python_function import PythonFunction
from stacks.shared.table import EncryptedTable

NAME = f"{APP}-registry"
_READS = ("dynamodb:GetItem", "dynamodb:Query")


class RegistryApi(Construct):
    """Routes of `lambdas/registry`, for programs and `people`. What it changes of a release, it asks for."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        platform: Platform,
        people: apigateway.IHttpRouteAuthorizer,
    ) -> None:
        super().__init__(scope, construct_id)
        requests = EncryptedTable(
            self, "Requests", key="id", expires="expiration", encryption_key=platform.key, retain=False
        )
        self.function = PythonFunction(
            self,
            "Function",
            name=NAME,
            package="registry",
            description="Models and devices of every domain: what there is, and what people decide",
            variables=RegistryVariables(
                app=APP,
                releases_table=platform.releases.table_name,
                devices_table=platform.devices.table_name,
                audit_table=platform.audit.table_name,
                requests_table=requests.table_name,
            ),
            platform=platform,
            timeout=Duration.seconds(29),
            memory_mb=512,
            files=("docs/openapi.json",),
        )
        self._allow(platform, requests)
        add_routes_of_both(self, "Registry", api=platform.api, function=self.function, routes=ROUTES, people=people)
        FunctionAlarms(self, "Alarms", function=self.function, name=NAME, topic=platform.alarms, api="registry")

    def _allow(self, platform: Platform, requests: EncryptedTable) -> None:
        function, key = self.function, platform.key
        tables = {
            platform.releases: ("dynamodb:GetItem",),
            platform.devices: (*_READS, "dynamodb:PutItem", "dynamodb:UpdateItem"),
            platform.audit: ("dynamodb:Query", "dynamodb:PutItem"),
            requests: ("dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:DeleteItem"),
        }
        for table, actions in tables.items():
            key_permissions.allow_table(function, actions, table, key)
        groups, packages = (
            permissions.sagemaker_arns(kind, f"{APP}-*") for kind in ("model-package-group", "model-package")
        )
        permissions.allow(function, permissions.LIST_GROUPS, ["*"], why="this action knows no resources")
        permissions.allow(function, permissions.LIST_PACKAGES, [*groups, *packages])
        permissions.allow(function, permissions.READ_GROUP, groups)
        permissions.allow(function, (*permissions.READ_PACKAGE, "sagemaker:UpdateModelPackage"), packages)
        others = permissions.arn_of("lambda", f"function:{APP}-*-endpoint-release")
        permissions.allow(function, ("lambda:InvokeFunction",), [others])
