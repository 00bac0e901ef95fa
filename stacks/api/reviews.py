"""The review API: one for the detections and datasets of every domain."""

from aws_cdk import Duration
from aws_cdk import aws_apigatewayv2 as apigateway
from constructs import Construct

import lambdas.common.detections_table as detections
from lambdas.common.artifacts import EXPORTS, datasets_folder, detection_picture
from lambdas.review_api.models import ROUTES, ReviewApiVariables
from stacks.api.function_alarms import FunctionAlarms
from stacks.api.routes import add_routes_of_both
from stacks.platform import Platform
from stacks.settings import APP
from stacks.shared import key_permissions, permissions
from stacks.shared.python_function import PythonFunction

NAME = f"{APP}-review-api"


class ReviewApi(Construct):
    """Routes of `lambdas/review_api`, for programs and `people`. What it changes of training data, it asks for."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        platform: Platform,
        people: apigateway.IHttpRouteAuthorizer,
    ) -> None:
        super().__init__(scope, construct_id)
        self.function = PythonFunction(
            self,
            "Function",
            name=NAME,
            package="review_api",
            description="Detections that people review, and the datasets that these become",
            variables=ReviewApiVariables(
                app=APP,
                detections_table=platform.detections.table_name,
                artifacts_bucket=platform.artifacts.bucket_name,
            ),
            platform=platform,
            timeout=Duration.seconds(29),
            memory_mb=1024,
        )
        self._allow(platform)
        add_routes_of_both(self, "Reviews", api=platform.api, function=self.function, routes=ROUTES, people=people)
        FunctionAlarms(self, "Alarms", function=self.function, name=NAME, topic=platform.alarms, api="reviews")

    def _allow(self, platform: Platform) -> None:
        function = self.function
        key_permissions.allow_table(
            function,
            ("dynamodb:GetItem", "dynamodb:UpdateItem"),
            platform.detections,
            platform.key,
            indexes=(detections.INDEX, detections.RECENT),
        )
        pictures = detection_picture("*", "*").removesuffix("*.jpg")
        read = (pictures, datasets_folder("*").removesuffix("*/"))
        permissions.allow_objects(function, permissions.READ_OBJECT, platform.artifacts, *read)
        permissions.allow_objects(function, permissions.WRITE_OBJECT, platform.artifacts, EXPORTS)
        others = permissions.arn_of("lambda", f"function:{APP}-*-review")
        permissions.allow(function, ("lambda:InvokeFunction",), [others])
