"""Who is let in at the console and its API, and how people sign in."""

import json
from collections import Counter

import pytest

API = "VigilDevelopmentApi"
PAGES = {"GET /console", "GET /console/{proxy+}"}
"""Files that say nothing of what is deployed."""


@pytest.fixture(scope="session")
def routes(development, of_type):
    """Route key -> properties, of the whole environment's API."""
    found = [of_type(template, "AWS::ApiGatewayV2::Route").values() for template in development.values()]
    return {one["Properties"]["RouteKey"]: one["Properties"] for some in found for one in some}


@pytest.fixture(scope="session")
def sign_in(development, production, of_type):
    """Properties of the one resource of a type, in development or production."""
    templates = {"development": development[API], "production": production["VigilProductionApi"]}

    def one(kind, environment="development"):
        (found,) = of_type(templates[environment], f"AWS::Cognito::{kind}").values()
        return found["Properties"]

    return one


def test_only_the_pages_are_open_to_all(routes):
    assert {key for key, one in routes.items() if one["AuthorizationType"] == "NONE"} == PAGES


def test_everything_below_the_consoles_api_asks_for_an_access_token(routes):
    """Scopes are of access tokens alone: an id token is refused.

    https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-jwt-authorizer.html
    """
    asked = {key: one for key, one in routes.items() if "/console/api/" in key}

    assert {one["AuthorizationType"] for one in asked.values()} == {"JWT"}
    assert {tuple(one["AuthorizationScopes"]) for one in asked.values()} == {("openid",)}
    assert {"GET /console/api/{proxy+}", "ANY /console/api/{proxy+}"} <= asked.keys()


def test_what_programs_ask_people_may_ask_too(routes):
    """Except devices, which have tokens of their own, and predictions, which are programs'."""
    of_programs = {key for key, one in routes.items() if one["AuthorizationType"] == "AWS_IAM" and "/api/v1/" in key}

    assert of_programs
    assert {key.replace("/api/", "/console/api/") for key in of_programs} <= routes.keys()


def test_tokens_are_of_this_pool_and_this_client(development, of_type):
    """A JWT authorizer checks `iss`, and `aud` or, without one, `client_id`: an access token has `client_id` only.

    https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-jwt-authorizer.html
    """
    (pool,) = of_type(development[API], "AWS::Cognito::UserPool")
    (client,) = of_type(development[API], "AWS::Cognito::UserPoolClient")
    found = [one["Properties"] for one in of_type(development[API], "AWS::ApiGatewayV2::Authorizer").values()]
    (jwt,) = (one for one in found if one["AuthorizerType"] == "JWT")

    assert jwt["IdentitySource"] == ["$request.header.Authorization"]
    assert jwt["JwtConfiguration"]["Audience"] == [{"Ref": client}]
    _, parts = jwt["JwtConfiguration"]["Issuer"]["Fn::Join"]
    assert parts == ["https://cognito-idp.", {"Ref": "AWS::Region"}, ".amazonaws.com/", {"Ref": pool}]


def test_what_may_call_a_function_fits_its_policy(development, of_type):
    """20 KB, of which a route's statement takes less than 512 bytes.

    https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
    """
    granted = Counter()
    for template in development.values():
        for one in of_type(template, "AWS::Lambda::Permission").values():
            granted[json.dumps(one["Properties"]["FunctionName"])] += 1

    assert 20 <= max(granted.values()) <= 40


def test_nobody_makes_an_account_of_their_own(sign_in):
    assert sign_in("UserPool")["AdminCreateUserConfig"]["AllowAdminCreateUserOnly"] is True


def test_passwords_are_long_and_stolen_ones_are_blocked(sign_in):
    pool = sign_in("UserPool")

    assert pool["Policies"]["PasswordPolicy"]["MinimumLength"] >= 14
    assert (pool["UserPoolTier"], pool["UserPoolAddOns"]) == ("PLUS", {"AdvancedSecurityMode": "ENFORCED"})
    assert pool["EnabledMfas"] == ["SOFTWARE_TOKEN_MFA"]


def test_production_keeps_its_people_and_wants_a_second_factor(production, of_type, sign_in):
    (pool,) = of_type(production["VigilProductionApi"], "AWS::Cognito::UserPool").values()

    assert pool["DeletionPolicy"] == "Retain"
    assert pool["Properties"]["DeletionProtection"] == "ACTIVE"
    assert pool["Properties"]["MfaConfiguration"] == "ON"
    assert sign_in("UserPool")["MfaConfiguration"] == "OPTIONAL"


def test_pages_sign_in_with_a_code_and_no_secret(sign_in):
    client = sign_in("UserPoolClient")

    assert (client["AllowedOAuthFlows"], client["GenerateSecret"]) == (["code"], False)
    assert client["AllowedOAuthScopes"] == ["openid"]
    assert "ALLOW_USER_PASSWORD_AUTH" not in client["ExplicitAuthFlows"]
    assert client["PreventUserExistenceErrors"] == "ENABLED"
    for urls in ("CallbackURLs", "LogoutURLs"):
        (url,) = client[urls]
        assert json.dumps(url).endswith('"/console/index.html"]]}')


def test_the_domain_of_the_sign_in_is_this_stacks_own(sign_in):
    """A prefix is one account's in a Region, and holds no `aws`, `amazon` or `cognito`.

    https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-assign-domain-prefix.html
    """
    _, (prefix, suffix) = sign_in("UserPoolDomain")["Domain"]["Fn::Join"]

    assert prefix == "vigil-development-"
    assert '"AWS::StackId"' in json.dumps(suffix)


def test_the_groups_are_those_that_functions_ask_for(development, of_type):
    found = of_type(development[API], "AWS::Cognito::UserPoolGroup").values()

    assert {one["Properties"]["GroupName"] for one in found} == {"reviewers", "adjudicators", "operators"}
