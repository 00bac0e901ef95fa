"""Router: the domain's routes. Splits traffic, answers every caller, captures every prediction."""

from aws_cdk import Duration
from aws_cdk import aws_apigatewayv2 as apigateway
from aws_cdk import aws_apigatewayv2_authorizers as authorizers
from aws_cdk import aws_apigatewayv2_integrations as integrations
from constructs import Construct

from lambdas.router.models import LabelsSpec, RouterVariables, http_routes
from stacks.pipeline.captures import Captures
from stacks.pipeline.domain_context import DomainContext
from stacks.pipeline.raw_data import RawData
from stacks.pipeline.review import Review
from stacks.shared import key_permissions, permissions
from stacks.shared.python_function import PythonFunction


class Router(Construct):
    """`POST /v1/<domain>/predict`, `GET /v1/<domain>/model`, and `POST /v1/<domain>/labels` where labels are taken.

    `pinned_endpoint`: asks that endpoint only; None: what the releases table says. `review`: gets pictures to review.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        domain: DomainContext,
        raw_data: RawData,
        pinned_endpoint: str | None = None,
        review: Review | None = None,
    ) -> None:
        super().__init__(scope, construct_id)
        definition, names, platform = domain.definition, domain.names, domain.platform
        captures = Captures(self, "Captures", domain=domain)
        self.function = PythonFunction(
            self,
            "Function",
            name=names.of("router"),
            package="router",
            description=f"{definition.name}: answers predictions",
            variables=RouterVariables(
                domain=definition.name,
                task=definition.task,
                releases_table=platform.releases.table_name if pinned_endpoint is None else None,
                pinned_endpoint=pinned_endpoint,
                captures_stream=captures.stream.ref,
                slow_ms=definition.rollout.max_p95_ms,
                labels=_labels(domain),
                detections=None if review is None else review.wanted,
                raw_buckets=(raw_data.bucket.bucket_name,),
            ),
            platform=platform,
            timeout=Duration.seconds(29),
            memory_mb=1024,
        )
        captures.grant_put(self.function)
        if review is not None and review.wanted is not None:
            review.allow_intake(self.function)
        permissions.allow_objects(self.function, permissions.READ_OBJECT, raw_data.bucket, raw_data.prefix)
        permissions.allow(
            self.function, permissions.INVOKE_ENDPOINT, permissions.sagemaker_arns("endpoint", f"{names.prefix}-*")
        )
        if pinned_endpoint is None:
            key_permissions.allow_table(self.function, ("dynamodb:GetItem",), platform.releases, platform.key)
        if definition.accuracy is not None:
            permissions.allow_objects(
                self.function, permissions.READ_OBJECT, platform.captures, f"captures/{definition.name}/"
            )
        integration = integrations.HttpLambdaIntegration("Router", self.function)
        for operation, route in http_routes(definition.name, labels=definition.accuracy is not None).items():
            apigateway.HttpRoute(
                self,
                operation.title(),
                http_api=platform.api,
                route_key=apigateway.HttpRouteKey.with_(route.path, apigateway.HttpMethod[route.method]),
                integration=integration,
                authorizer=authorizers.HttpIamAuthorizer(),
            )


def _labels(domain: DomainContext) -> LabelsSpec | None:
    accuracy, platform = domain.definition.accuracy, domain.platform
    if accuracy is None:
        return None
    return LabelsSpec(
        bucket=platform.captures.bucket_name,
        delay_s=platform.environment.capture_delay_s,
        namespace=accuracy.namespace,
    )
