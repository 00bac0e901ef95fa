"""What people who signed in may do at the registry, whose routes below /console they call."""

from typing import Any

import pytest

from lambdas.common.api_routes import caller
from lambdas.registry import handler
from tests.unit.api_harness import ADA, Answer, answer_of, event
from tests.unit.registry_harness import KEY

ENROLMENT = {"device_id": "cam-9", "public_key": KEY}
DECISIONS = [
    ("/models/cats/versions/canary/promote", {"is_production": True}),
    ("/models/cats/rollback", {"reason": "it barks"}),
    ("/devices/cats", ENROLMENT),
    ("/devices/cats/cam-9/revoke", None),
]


def person(*groups: str) -> dict[str, Any]:
    """A JWT authorizer's context: every claim is text, a list one in brackets with spaces between.

    "jwt" in https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-jwt-authorizer.html
    """
    claims = {"username": "grace", "sub": "5f0c", "client_id": "client", "exp": "1795265999"}
    if groups:
        claims["cognito:groups"] = f"[{' '.join(groups)}]"
    return {"jwt": {"claims": claims, "scopes": None}}


@pytest.fixture
def ask(context: Any, cats: Any, asked: Any) -> Any:
    def one(method: str, path: str, authorizer: dict[str, Any], body: Any = None) -> Answer:
        found = event(method, f"/console/api/v1{path}", authorizer=authorizer, body=body)
        return answer_of(handler.lambda_handler(found, context))

    return one


@pytest.mark.parametrize("groups", [(), ("reviewers",), ("reviewers", "adjudicators"), ("operators2",)])
@pytest.mark.parametrize(("path", "body"), DECISIONS)
def test_who_is_no_operator_decides_nothing(ask, asked, path, body, groups):
    answer = ask("POST", path, person(*groups), body)

    assert (answer.status, answer.body["error"]["code"]) == (403, "not_allowed")
    assert "operators" in answer.body["error"]["message"]
    assert not asked


def test_whoever_signed_in_may_look(ask):
    answer = ask("GET", "/models/cats", person())

    assert answer.status == 200
    assert answer.body["status"] == "rolling_out"


def test_an_operator_decides_under_their_own_name(ask, asked):
    answer = ask("POST", "/models/cats/versions/canary/promote", person("reviewers", "operators"), DECISIONS[0][1])

    assert answer.status == 200
    assert asked[0]["by"] == "grace"
    newest = ask("GET", "/models/cats/audit", person()).body["entries"][0]
    assert (newest["who"], newest["what"], newest["outcome"]) == ("grace", "promote", "done")


def test_a_program_needs_no_group(ask, asked):
    answer = ask("POST", "/models/cats/rollback", {"iam": {"userArn": ADA}}, {"reason": "it barks"})

    assert answer.status == 200
    assert asked[0]["by"] == ADA


def test_a_program_cannot_be_taken_for_a_person():
    found = caller(event("GET", "/api/v1/models", authorizer={"iam": {"userArn": ADA}}))

    assert (found.name, found.is_person, found.groups) == (ADA, False, frozenset())
