"""Routes of one function in the environment's API."""

from collections.abc import Iterable

from aws_cdk import aws_apigatewayv2 as apigateway
from aws_cdk import aws_apigatewayv2_integrations as integrations
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from lambdas.common.api_routes import Route


def add_routes(
    scope: Construct,
    name: str,
    *,
    api: apigateway.IHttpApi,
    function: lambda_.IFunction,
    routes: Iterable[Route],
    authorizer: apigateway.IHttpRouteAuthorizer,
) -> None:
    """`name`: of the integration, once in `scope`."""
    integration = integrations.HttpLambdaIntegration(name, function)
    for route in routes:
        apigateway.HttpRoute(
            scope,
            f"{route.method} {route.path}".replace("/", "."),
            http_api=api,
            route_key=apigateway.HttpRouteKey.with_(route.path, apigateway.HttpMethod[route.method]),
            integration=integration,
            authorizer=authorizer,
        )
