"""The operations API: runs, health and drift of every domain."""

from aws_cdk import Duration
from aws_cdk import aws_apigatewayv2 as apigateway
from constructs import Construct

from lambdas.common.artifacts import drift_folder, run_evaluation
from lambdas.operations_api.models import ROUTES, OperationsVariables
from stacks.api.function_alarms import FunctionAlarms
from stacks.api.routes import add_routes_of_both
from stacks.platform import Platform
from stacks.settings import APP
from stacks.shared import key_permissions, permissions
from stacks.shared.permissions import arn_of
from stacks.shared.python_function import PythonFunction

NAME = f"{APP}-operations"


class OperationsApi(Construct):
    """Routes of `lambdas/operations_api`, for programs that sign with IAM and for people."""

    def __init__(
        self, scope: Construct, construct_id: str, *, platform: Platform, people: apigateway.IHttpRouteAuthorizer
    ) -> None:
        super().__init__(scope, construct_id)
        self.function = PythonFunction(
            self,
            "Function",
            name=NAME,
            package="operations_api",
            description="Runs, health and drift of every domain; a run that a person wants",
            variables=OperationsVariables(
                app=APP,
                artifacts_bucket=platform.artifacts.bucket_name,
                releases_table=platform.releases.table_name,
                state_machines=arn_of("states", "stateMachine:"),
            ),
            platform=platform,
            timeout=Duration.seconds(29),
            memory_mb=512,
        )
        self._allow(platform)
        add_routes_of_both(self, "Operations", api=platform.api, function=self.function, routes=ROUTES, people=people)
        FunctionAlarms(self, "Alarms", function=self.function, name=NAME, topic=platform.alarms, api="operations")

    def _allow(self, platform: Platform) -> None:
        """https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsstepfunctions.html."""
        function = self.function
        permissions.allow(function, ("states:ListExecutions",), [arn_of("states", f"stateMachine:{APP}-*-training")])
        permissions.allow(function, ("states:DescribeExecution",), [arn_of("states", f"execution:{APP}-*-training:*")])
        permissions.allow(function, ("cloudwatch:DescribeAlarms",), [arn_of("cloudwatch", f"alarm:{APP}-*")])
        permissions.allow(
            function, ("lambda:InvokeFunction",), [arn_of("lambda", f"function:{APP}-*-retraining-trigger")]
        )
        key_permissions.allow_table(function, ("dynamodb:GetItem",), platform.releases, platform.key)
        reports = (drift_folder("*"), run_evaluation("*", "*"))
        permissions.allow_objects(function, permissions.READ_OBJECT, platform.artifacts, *reports)
