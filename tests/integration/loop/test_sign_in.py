"""Who gets past the console's API as deployed, with tokens of the embedded AWS's own user pool."""

import base64
import json
import time
from pathlib import Path
from typing import Any

import jwt
import pytest
import requests
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from sandbox import Sandbox
from sandbox.console import Console, open_console
from sandbox.deployment import Deployment
from tests.integration.loop.people import WAITS_S, Person, sign_in


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the passwords are written."""
    return tmp_path_factory.mktemp("console") / "console.json"


@pytest.fixture(scope="module")
def console(aws: Sandbox, told: Path) -> Console:
    open_console(aws.client, aws.endpoint_url, told)
    return open_console(aws.client, aws.endpoint_url, told)  # as after another deployment


@pytest.fixture(scope="module")
def people(console: Console) -> dict[str, Person]:
    return {name: sign_in(console.url, name, password) for name, password in console.passwords.items()}


@pytest.fixture(scope="module")
def short_lived(aws: Sandbox, console: Console) -> str:
    """A token of the pool's own that has ended. No token of AWS's lives less than five minutes."""
    cognito, key = aws.client("cognito-idp"), {"UserPoolId": console.pool, "ClientId": console.client_id}
    found = cognito.describe_user_pool_client(**key)["UserPoolClient"]
    names = ("CallbackURLs", "AllowedOAuthFlows", "AllowedOAuthScopes", "AllowedOAuthFlowsUserPoolClient")
    kept = {name: found[name] for name in (*names, "AccessTokenValidity", "TokenValidityUnits")}
    short = {"AccessTokenValidity": 1, "TokenValidityUnits": {"AccessToken": "seconds"}}
    cognito.update_user_pool_client(**key, **kept | short)
    try:
        token = sign_in(console.url, "reviewer", console.passwords["reviewer"]).access_token
    finally:
        cognito.update_user_pool_client(**key, **kept)
    time.sleep(2)
    return token


def test_no_route_of_the_consoles_api_answers_without_a_token(aws: Sandbox, deployment: Deployment) -> None:
    found = aws.client("apigatewayv2").get_routes(ApiId=deployment.output("api", "ApiId"))["Items"]
    asked = {one["RouteKey"] for one in found if "/console/api/" in one["RouteKey"]}

    assert len(asked) > 10
    for key in asked:
        method, path = key.split(" ")
        method = "DELETE" if method == "ANY" else method
        answer = requests.request(method, f"{deployment.api_url}{path.format_map(_Anything())}", timeout=WAITS_S)
        assert (answer.status_code, answer.json()) == (401, {"message": "Unauthorized"}), key


class _Anything(dict):
    def __missing__(self, key: str) -> str:
        return "cats"


def test_whoever_signed_in_may_look_and_is_known_by_name_and_group(people: dict[str, Person]) -> None:
    assert people["reviewer"].ask("GET", "/models").status_code == 200
    refused = people["reviewer"].ask("POST", "/models/cats/rollback", {"reason": "it barks"})

    assert refused.status_code == 403
    assert "reviewer is in reviewers; this is for operators" in refused.json()["error"]["message"]


def test_a_reviewer_decides_nothing_and_an_operator_does(people: dict[str, Person]) -> None:
    public = base64.b64encode(Ed25519PrivateKey.generate().public_key().public_bytes_raw()).decode()
    device = {"device_id": "console-1", "public_key": public}

    assert people["reviewer"].ask("POST", "/devices/cats", device).status_code == 403
    assert people["reviewer"].ask("POST", "/models/cats/versions/1/promote", {"status": "approved"}).status_code == 403
    assert people["operator"].ask("POST", "/devices/cats", device).status_code == 201
    entries = people["reviewer"].ask("GET", "/models/cats/audit").json()["entries"]
    assert [one["outcome"] for one in entries if one["who"] == "operator"] == ["done", "asked"]
    assert not [one for one in entries if one["who"] == "reviewer"]


def test_a_wrong_password_lets_nobody_in(console: Console) -> None:
    with pytest.raises(PermissionError):
        sign_in(console.url, "reviewer", console.passwords["operator"])


def test_tokens_of_strangers_are_refused(people: dict[str, Person]) -> None:
    """Changed, unsigned, or signed by another key under the pool's key id."""
    person = people["reviewer"]
    head, middle, signature = person.access_token.split(".")
    claims = jwt.decode(person.access_token, options={"verify_signature": False}) | {"cognito:groups": ["operators"]}
    stranger = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    key_id = {"kid": jwt.get_unverified_header(person.access_token)["kid"]}
    more = jwt.encode(claims, stranger, algorithm="RS256", headers=key_id)
    forged = {
        "another signature": f"{head}.{middle}.{signature[:-8]}AAAAAAAA",
        "more groups": f"{head}.{more.split('.')[1]}.{signature}",
        "another key": more,
        "no signature": jwt.encode(claims, None, algorithm="none", headers=key_id),
        "no token": "",
        "no JWT": "a.b.c",
    }

    for what, token in forged.items():
        assert person.ask("GET", "/models", token=token).status_code == 401, what


def test_a_token_that_has_ended_is_refused(short_lived: str, people: dict[str, Person]) -> None:
    assert people["reviewer"].ask("GET", "/models", token=short_lived).status_code == 401


def test_a_token_of_another_client_is_refused(aws: Sandbox, console: Console, people: dict[str, Person]) -> None:
    """By the claim `client_id`, which an access token has instead of `aud`.

    https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-jwt-authorizer.html
    """
    cognito = aws.client("cognito-idp")
    other = cognito.create_user_pool_client(
        UserPoolId=console.pool, ClientName="other", ExplicitAuthFlows=["ALLOW_ADMIN_USER_PASSWORD_AUTH"]
    )["UserPoolClient"]["ClientId"]
    name = {"USERNAME": "operator", "PASSWORD": console.passwords["operator"]}
    found = cognito.admin_initiate_auth(
        UserPoolId=console.pool, ClientId=other, AuthFlow="ADMIN_USER_PASSWORD_AUTH", AuthParameters=name
    )
    token: Any = found["AuthenticationResult"]["AccessToken"]

    assert people["operator"].ask("GET", "/models", token=token).status_code == 401


def test_an_id_token_is_no_key_to_the_api(people: dict[str, Person]) -> None:
    """It has no scope; the routes ask for one."""
    person = people["operator"]
    assert person.ask("GET", "/models", token=person.id_token).status_code == 403


def test_pages_are_open_and_passwords_are_for_this_user_only(console: Console, told: Path) -> None:
    bare = requests.get(console.url.removesuffix("/index.html"), timeout=WAITS_S)

    assert (bare.status_code, bare.url) == (200, console.url)
    assert "default-src 'none'" in bare.headers["content-security-policy"]
    assert json.loads(told.read_text()) == {"url": console.url, "people": console.passwords}
    assert told.stat().st_mode & 0o077 == 0
