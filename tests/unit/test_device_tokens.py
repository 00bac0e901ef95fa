"""What devices are let in with."""

import time
from typing import Any

import pytest

from lambdas.device_authorizer.token import Caller, TokenRefused, verified
from lambdas.endpoint_release.targets.devices.fleet import Fleet
from tests.unit.device_api_harness import OTHER_KEY, authorize, record, token


def test_a_devices_own_token_lets_it_in(devices: Any, context: Any) -> None:
    found = authorize(f"Bearer {token()}", context)
    assert found == {"isAuthorized": True, "context": {"domain": "ads", "device_id": "tv-1"}}


def test_a_report_that_is_not_understood_keeps_nobody_out(devices: Any, context: Any) -> None:
    """Of an earlier or later version of the program: one record must not stop its device, or its domain's releases."""
    item = record("tv-1")
    devices.put_item(Item={**item, "sequence": 4, "report": {"sequence": 4, "battery": "low"}})
    assert authorize(f"Bearer {token()}", context)["isAuthorized"]
    (found,) = [one for one in Fleet("devices", "ads").enrolled() if one.device_id == "tv-1"]
    assert (found.sequence, found.report) == (4, None)


NOW = int(time.time())


@pytest.mark.parametrize(
    "header",
    [
        "",
        "Basic dXNlcg==",
        "Bearer not.a.token",
        f"Bearer {token(OTHER_KEY)}",
        f"Bearer {token(kid='ads/tv-2', sub='tv-2')}",
        f"Bearer {token(kid='ads/tv-9', sub='tv-9')}",
        f"Bearer {token(kid='ads')}",
        f"Bearer {token(OTHER_KEY, kid='ads/tv-3')}",
        f"Bearer {token(iss='cats')}",
        f"Bearer {token(aud='somebody else')}",
        f"Bearer {token(iat=NOW - 600, exp=NOW - 300)}",
        f"Bearer {token(iat=NOW + 3600, exp=NOW + 3700)}",
        f"Bearer {token(exp=NOW + 3600)}",
        f"Bearer {token(exp=str(NOW + 300))}",
        f"Bearer {token(iat=str(NOW))}",
        f"Bearer {token(iat=None)}",
        f"Bearer {token(exp=None)}",
        f"Bearer {token(algorithm='HS256')}",
    ],
    ids=["none", "basic", "no JWT", "another's key", "revoked", "unknown", "no device", "another's name", "issuer"]
    + [
        "audience",
        "expired",
        "from the future",
        "too long",
        "text as exp",
        "text as iat",
        "no iat",
        "no exp",
        "another algorithm",
    ],
)
def test_nothing_else_does(devices: Any, context: Any, header: str) -> None:
    assert authorize(header, context) == {"isAuthorized": False}


@pytest.mark.parametrize("kid", [f"ads/{'a' * 1025}", f"{'a' * 2049}/tv-1", "ads/tv-1\ud800", "ads/tv 1", "Ads/tv-1"])
def test_a_name_that_no_device_can_have_is_not_looked_up(kid: str) -> None:
    """DynamoDB takes keys of 2048 and 1024 bytes; a longer one would be our failure, and raise an alarm.

    https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html
    """

    def find(caller: Caller) -> None:
        raise AssertionError(f"looked up {caller}")

    with pytest.raises(TokenRefused):
        verified(f"Bearer {token(kid=kid)}", find)
