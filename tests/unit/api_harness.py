"""HTTP API events (payload 2.0) for the registry and the device API, and tables in memory."""

import json
from typing import Any, NamedTuple

import boto3

ADA, BOB = "arn:aws:iam::123456789012:user/ada", "arn:aws:iam::123456789012:user/bob"


class Answer(NamedTuple):
    status: int
    body: Any
    headers: dict[str, str]


def event(
    method: str,
    path: str,
    *,
    authorizer: dict[str, Any],
    body: Any = None,
    query: dict[str, str] | None = None,
    headers: dict[str, str] | None = None,
) -> dict[str, Any]:
    """https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html"""
    return {
        "version": "2.0",
        "routeKey": f"{method} {path}",
        "rawPath": path,
        "rawQueryString": "&".join(f"{name}={value}" for name, value in (query or {}).items()),
        "headers": {"content-type": "application/json", **(headers or {})},
        "queryStringParameters": query,
        "requestContext": {
            "accountId": "123456789012",
            "apiId": "api",
            "authorizer": authorizer,
            "domainName": "api.execute-api.us-west-2.amazonaws.com",
            "http": {"method": method, "path": path, "protocol": "HTTP/1.1", "sourceIp": "192.0.2.1", "userAgent": "x"},
            "requestId": "request-1",
            "stage": "$default",
            "time": "21/Nov/2026:12:00:00 +0000",
            "timeEpoch": 1795262400000,
        },
        "body": body if body is None or isinstance(body, str) else json.dumps(body),
        "isBase64Encoded": False,
    }


def answer_of(found: dict[str, Any]) -> Answer:
    headers = {name.lower(): str(value) for name, value in found.get("headers", {}).items()}
    for name, values in found.get("multiValueHeaders", {}).items():
        headers[name.lower()] = str(values[0])
    body = found.get("body")
    return Answer(found["statusCode"], json.loads(body) if body else None, headers)


def make_table(name: str, key: str, sort: str | None = None) -> None:
    keys = {key: "HASH"} | ({} if sort is None else {sort: "RANGE"})
    boto3.client("dynamodb").create_table(
        TableName=name,
        KeySchema=[{"AttributeName": one, "KeyType": kind} for one, kind in keys.items()],
        AttributeDefinitions=[{"AttributeName": one, "AttributeType": "S"} for one in keys],
        BillingMode="PAY_PER_REQUEST",
    )
