"""The single door: who signs, who is throttled, what is logged."""

import json

from lambdas.device_api import models as device_api
from lambdas.operations_api import models as operations_api
from lambdas.registry import models as registry
from lambdas.review_api import models as review_api
from tests.synth.domain_stacks import EVERY_DOMAIN


@EVERY_DOMAIN
def test_every_route_asks_for_a_signature(development, of_type, domain):
    routes = of_type(development[f"VigilDevelopment{domain.title()}"], "AWS::ApiGatewayV2::Route").values()

    assert {one["Properties"]["RouteKey"] for one in routes} == {
        f"POST /v1/{domain}/predict",
        f"GET /v1/{domain}/model",
        *([f"POST /v1/{domain}/labels"] if domain == "fire" else []),
    }
    assert {one["Properties"]["AuthorizationType"] for one in routes} == {"AWS_IAM"}


@EVERY_DOMAIN
def test_api_gateway_may_call_the_router_for_every_route(development, of_type, domain):
    granted = of_type(development[f"VigilDevelopment{domain.title()}"], "AWS::Lambda::Permission").values()
    arns = [json.dumps(one["Properties"].get("SourceArn", "")) for one in granted]

    for route in (f"/v1/{domain}/predict", f"/v1/{domain}/model"):
        assert any(route in arn for arn in arns)


def test_the_stage_is_throttled_and_logged(development, of_type):
    (stage,) = of_type(development["VigilDevelopmentApi"], "AWS::ApiGatewayV2::Stage").values()

    assert stage["Properties"]["DefaultRouteSettings"] == {"ThrottlingBurstLimit": 200, "ThrottlingRateLimit": 100}
    assert "$context.status" in json.loads(stage["Properties"]["AccessLogSettings"]["Format"]).values()


def test_the_registry_asks_for_a_signature_and_devices_for_their_token(development, of_type):
    """https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-lambda-authorizer.html."""
    template = development["VigilDevelopmentApi"]
    found = (one["Properties"] for one in of_type(template, "AWS::ApiGatewayV2::Authorizer").values())
    (authorizer,) = (one for one in found if one["Name"] == "devices")
    routes = [one["Properties"] for one in of_type(template, "AWS::ApiGatewayV2::Route").values()]

    assert (authorizer["AuthorizerPayloadFormatVersion"], authorizer["EnableSimpleResponses"]) == ("2.0", True)
    assert authorizer["IdentitySource"] == ["$request.header.Authorization"]
    assert authorizer["AuthorizerResultTtlInSeconds"] == 60
    asked = {one["RouteKey"]: one["AuthorizationType"] for one in routes if "/console" not in one["RouteKey"]}
    functions = (registry, review_api, operations_api, device_api)
    assert asked.keys() == {f"{route.method} {route.path}" for one in functions for route in one.ROUTES}
    assert {key for key, kind in asked.items() if kind == "CUSTOM"} == {
        "GET /api/v1/models/{name}/download",
        "GET /api/v1/devices/{name}/{device_id}/metadata/{file}",
        "GET /api/v1/devices/{name}/{device_id}/targets/{file}",
        "POST /api/v1/devices/{name}/{device_id}/reports",
    }
    assert set(asked.values()) == {"CUSTOM", "AWS_IAM"}
