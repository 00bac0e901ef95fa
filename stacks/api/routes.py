"""Routes of one function in the environment's API."""

from collections.abc import Iterable, Sequence

from aws_cdk import aws_apigatewayv2 as apigateway
from aws_cdk import aws_apigatewayv2_authorizers as authorizers
from aws_cdk import aws_apigatewayv2_integrations as integrations
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from lambdas.common.api_routes import CONSOLE, Route
from lambdas.common.people import SCOPE


def add_routes(
    scope: Construct,
    name: str,
    *,
    api: apigateway.IHttpApi,
    function: lambda_.IFunction,
    routes: Iterable[Route],
    authorizer: apigateway.IHttpRouteAuthorizer,
    below: str = "",
    token_scopes: Sequence[str] | None = None,
) -> list[apigateway.HttpRoute]:
    """`name`: of the integration, once in `scope`. `below`: a path before those of the routes."""
    integration = integrations.HttpLambdaIntegration(name, function)
    return [
        apigateway.HttpRoute(
            scope,
            f"{route.method} {below}{route.path}".replace("/", "."),
            http_api=api,
            route_key=apigateway.HttpRouteKey.with_(f"{below}{route.path}", apigateway.HttpMethod[route.method]),
            integration=integration,
            authorizer=authorizer,
            authorization_scopes=token_scopes,
        )
        for route in routes
    ]


def add_people_routes(
    scope: Construct,
    name: str,
    *,
    api: apigateway.IHttpApi,
    function: lambda_.IFunction,
    routes: Iterable[Route],
    people: apigateway.IHttpRouteAuthorizer,
) -> None:
    """The routes below CONSOLE, for people with a token."""
    add_routes(
        scope,
        f"{name}Console",
        api=api,
        function=function,
        routes=routes,
        authorizer=people,
        below=CONSOLE,
        token_scopes=[SCOPE],
    )


def add_routes_of_both(
    scope: Construct,
    name: str,
    *,
    api: apigateway.IHttpApi,
    function: lambda_.IFunction,
    routes: Sequence[Route],
    people: apigateway.IHttpRouteAuthorizer,
) -> None:
    """The same routes twice: programs sign with IAM, people call them below CONSOLE with a token."""
    add_routes(scope, name, api=api, function=function, routes=routes, authorizer=authorizers.HttpIamAuthorizer())
    add_people_routes(scope, name, api=api, function=function, routes=routes, people=people)
