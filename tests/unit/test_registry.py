"""The registry: what it answers, what people decide through it, and who did."""

import json
from typing import Any

import pytest

from lambdas.common.http_answers import HttpError
from lambdas.common.releases_table import ReleasesTable
from lambdas.registry.clients import ReleaseFunctions
from lambdas.registry.turns import Requests
from tests.unit.api_harness import ADA, BOB
from tests.unit.registry_harness import KEY, Registered


def test_every_model_is_listed_and_nobody_elses(cats: Registered, send: Any) -> None:
    found = send("GET", "/models")
    assert [model["name"] for model in found.body["models"]] == ["cats", "empty"]
    assert found.body["models"][0]["champion"]["version"] == cats.first
    assert found.body["models"][0]["percentage"] == 10
    assert found.body["models"][1]["champion"] is None


def test_a_version_has_its_evidence_and_its_history(cats: Registered, send: Any) -> None:
    by_number = send("GET", f"/models/cats/versions/{cats.second}").body
    assert by_number == send("GET", "/models/cats/versions/canary").body
    assert by_number["evidence"]["macro_f1.interval"] == "0.94 to 0.99"
    assert (by_number["serves"], by_number["percentage"]) == ("challenger", 10)
    assert [entry["event"] for entry in by_number["history"]] == ["shifted"]
    assert send("GET", "/models/cats/versions/production").body["percentage"] == 90


@pytest.mark.parametrize(
    "path",
    ["/models/dogs", "/models/cats/versions/999999", "/models/empty/versions/production", "/models/dogs/versions/1"],
)
def test_what_there_is_not_is_a_404_with_a_sentence(cats: Registered, send: Any, path: str) -> None:
    found = send("GET", path)
    assert found.status == 404
    assert found.body["error"]["message"].endswith((".", "tells."))


def test_an_approval_is_sagemakers_and_told_who_gave_it(cats: Registered, send: Any) -> None:
    found = send("POST", f"/models/cats/versions/{cats.second}/promote", {"status": "approved"})
    assert found.status == 200
    assert cats.approval(1) == "Approved"
    first, last = send("GET", "/models/cats/audit").body["entries"][:2][::-1]
    assert (first["outcome"], last["outcome"]) == ("asked", "done")
    assert (last["who"], last["what"], last["before"], last["after"]) == (ADA, "approve", "pending", "approved")


def test_of_two_approvals_one_is_a_conflict_with_the_state_of_now(cats: Registered, send: Any) -> None:
    path = f"/models/cats/versions/{cats.second}/promote"
    assert send("POST", path, {"status": "approved"}).status == 200
    second = send("POST", path, {"status": "approved"}, who=BOB)
    assert (second.status, second.body["error"]["code"]) == (409, "conflict")
    assert second.body["current"]["versions"][0]["approval"] == "approved"


def test_while_one_decides_another_is_turned_away(cats: Registered, send: Any, asked: list) -> None:
    with Requests("requests").turn("cats"):
        assert send("POST", "/models/cats/rollback", {"reason": "no"}).body["error"]["code"] == "being_decided"
    assert asked == []
    assert send("POST", "/models/cats/rollback", {"reason": "no"}).status == 200


def test_a_share_a_promotion_and_a_roll_back_are_asked_of_the_release_function(
    cats: Registered, send: Any, asked: list
) -> None:
    path, challenger = f"/models/cats/versions/{cats.second}/promote", f"r{cats.second}-abc123"
    assert send("POST", path, {"rollout_percentage": 40}).status == 200
    assert send("POST", path, {"is_production": True, "revision": 1}).status == 200
    assert send("POST", "/models/cats/rollback", {"reason": "wrong labels"}).status == 200
    told = {"by": ADA, "release": challenger}
    assert asked == [
        {"action": "manual_shift", "percentage": 40, "revision": None, **told},
        {"action": "manual_promote", "revision": 1, **told},
        {"action": "manual_roll_back", "reason": "wrong labels", "revision": None, **told},
    ]


def test_an_old_revision_decides_nothing(cats: Registered, send: Any, asked: list) -> None:
    found = send("POST", "/models/cats/rollback", {"reason": "no", "revision": 7})
    assert (found.status, found.body["current"]["revision"]) == (409, 1)
    assert asked == []


def test_only_the_challengers_share_is_raised(cats: Registered, send: Any, asked: list) -> None:
    found = send("POST", f"/models/cats/versions/{cats.first}/promote", {"rollout_percentage": 40})
    assert found.status == 409
    assert "is being released" in found.body["error"]["message"]
    assert asked == []


def test_what_the_release_function_refuses_is_a_conflict_and_audited(
    cats: Registered, send: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    refused = {"status": "refused", "reason": "a share only rises"}
    monkeypatch.setattr(ReleaseFunctions, "ask", lambda *_: refused)
    found = send("POST", f"/models/cats/versions/{cats.second}/promote", {"rollout_percentage": 5})
    assert (found.status, found.body["error"]["message"]) == (409, "A share only rises.")
    assert send("GET", "/models/cats/audit").body["entries"][0]["outcome"] == "refused"


def test_a_key_answers_the_same_and_decides_once(cats: Registered, send: Any, asked: list) -> None:
    path, body = f"/models/cats/versions/{cats.second}/promote", {"rollout_percentage": 40}
    key = f"key-{cats.second}"
    first = send("POST", path, body, idempotency_key=key)
    assert first.status == 200
    assert send("POST", path, body, idempotency_key=key) == first
    assert len(asked) == 1
    other = send("POST", path, {"rollout_percentage": 50}, idempotency_key=key)
    assert (other.status, other.body["error"]["code"]) == (422, "key_was_used")
    send("POST", path, body, who=BOB, idempotency_key=key)
    assert len(asked) == 2


@pytest.mark.parametrize(
    "body",
    ["", "{", "[]", {}, {"status": "maybe"}, {"rollout_percentage": 0}, {"rollout_percentage": 101}]
    + [{"is_production": False}, {"status": "approved", "is_production": True}, {"status": "approved", "more": 1}],
)
def test_what_is_no_decision_is_refused(cats: Registered, send: Any, asked: list, body: Any) -> None:
    found = send("POST", f"/models/cats/versions/{cats.second}/promote", body)
    assert (found.status, found.body["error"]["code"]) == (422, "bad_request")
    assert asked == []


def test_a_device_is_enrolled_once_and_comes_back_with_another_key(cats: Registered, send: Any) -> None:
    other = "B" + KEY[1:]
    assert send("POST", "/devices/cats", {"device_id": "pi-1", "public_key": KEY}).status == 201
    assert send("POST", "/devices/cats", {"device_id": "pi-1", "public_key": other}).status == 409
    assert send("POST", "/devices/cats/pi-1/revoke").body["status"] == "revoked"
    assert send("POST", "/devices/cats/pi-1/revoke").status == 200
    assert send("POST", "/devices/cats", {"device_id": "pi-1", "public_key": KEY}).status == 409
    assert send("POST", "/devices/cats", {"device_id": "pi-1", "public_key": other}).status == 201
    assert [one["status"] for one in send("GET", "/devices/cats").body["devices"]] == ["enrolled"]
    assert send("POST", "/devices/cats/pi-9/revoke").status == 404


@pytest.mark.parametrize("key", ["", "AAAA", "no base64!"])
def test_what_is_no_key_is_refused(cats: Registered, send: Any, key: str) -> None:
    assert send("POST", "/devices/cats", {"device_id": "pi-2", "public_key": key}).status == 422


def test_a_fault_of_ours_is_a_500_without_a_stack(cats: Registered, send: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr(ReleasesTable, "read", lambda *_: 1 / 0)
    found = send("GET", "/models")
    assert (found.status, found.body["error"]["code"]) == (500, "internal")
    assert "division" not in json.dumps(found.body)


def test_a_release_function_that_is_missing_is_told(registry_memory: None) -> None:
    functions = ReleaseFunctions("vigil")
    with pytest.raises(HttpError, match="vigil-cats-endpoint-release is not deployed") as error:
        functions.ask("cats", {})
    assert error.value.status == 409
