"""Where the environment's HTTP API has its routes, and who calls them.

Programs sign with IAM and call `/api/v1/...`; people sign in at the console, whose `/console/api/v1/...` are the same
routes of the same functions with another authorizer.
"""

from collections.abc import Mapping
from typing import Any, Literal, NamedTuple

API = "/api/v1"
CONSOLE = "/console"
"""Prefix of a person's routes; a resolver strips it."""
MODEL_NAME = r"^[a-z0-9]{1,32}$"


class Route(NamedTuple):
    method: Literal["GET", "POST", "ANY"]
    path: str


class Caller(NamedTuple):
    name: str
    """Of a program its ARN, of a person the name that they signed in with."""
    groups: frozenset[str]
    """Of a person; a program is in none."""
    is_person: bool


def caller(event: Mapping[str, Any]) -> Caller:
    """Of a route with IAM or JWT authorization.

    https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
    """
    context = event["requestContext"]
    authorizer = context.get("authorizer") or {}
    if claims := (authorizer.get("jwt") or {}).get("claims"):
        name = claims.get("username") or claims.get("cognito:username") or claims["sub"]
        # API Gateway hands a list over as text: [one two]
        groups = str(claims.get("cognito:groups", "")).strip("[]").replace(",", " ").split()
        return Caller(str(name), frozenset(groups), is_person=True)
    arn = (authorizer.get("iam") or {}).get("userArn")
    return Caller(arn or f"account {context.get('accountId', 'unknown')}", frozenset(), is_person=False)
