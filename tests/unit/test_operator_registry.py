"""`models` and `devices`: the requests they make, and how refusals end."""

import json
from typing import Any

import pytest

from clients.operator.__main__ import main
from clients.predict import PredictClient

URL = ("--url", "https://api.example.com", "--region", "us-west-2")
SENT: list[tuple[str, str, Any]] = []


@pytest.fixture(autouse=True)
def api(monkeypatch: pytest.MonkeyPatch) -> list[tuple[int, Any]]:
    """What the API answers, in turn; what was sent stands in SENT."""
    SENT.clear()
    answers: list[tuple[int, Any]] = [(200, {"name": "cats"})]

    def send(_: PredictClient, method: str, path: str, body: bytes = b"", headers: Any = None) -> tuple[int, bytes]:
        SENT.append((method, path.removeprefix("/api/v1"), json.loads(body) if body else None))
        status, found = answers.pop(0)
        return status, json.dumps(found).encode()

    monkeypatch.setattr(PredictClient, "send", send)
    return answers


@pytest.mark.parametrize(
    ("command", "sent"),
    [
        ("models list", ("GET", "/models", None)),
        ("models show cats", ("GET", "/models/cats", None)),
        ("models show cats canary", ("GET", "/models/cats/versions/canary", None)),
        ("models promote cats 7 --approve", ("POST", "/models/cats/versions/7/promote", {"status": "approved"})),
        ("models promote cats 7 --reject", ("POST", "/models/cats/versions/7/promote", {"status": "rejected"})),
        (
            "models promote cats canary --percentage 40 --revision 3",
            ("POST", "/models/cats/versions/canary/promote", {"rollout_percentage": 40, "revision": 3}),
        ),
        ("models promote cats 7 --production", ("POST", "/models/cats/versions/7/promote", {"is_production": True})),
        ("models rollback cats --reason slow", ("POST", "/models/cats/rollback", {"reason": "slow"})),
        ("devices enrol ads tv --public-key QQ==", ("POST", "/devices/ads", {"device_id": "tv", "public_key": "QQ=="})),
        ("devices revoke ads tv-1", ("POST", "/devices/ads/tv-1/revoke", None)),
    ],
)  # fmt: skip
def test_a_command_is_one_request(command: str, sent: tuple[str, str, Any], capsys: Any) -> None:
    assert main([*command.split(), *URL]) == 0
    assert [sent] == SENT
    assert json.loads(capsys.readouterr().out) == {"name": "cats"}


def test_every_page_of_devices_is_listed(api: list[tuple[int, Any]], capsys: pytest.CaptureFixture[str]) -> None:
    api[:] = [(200, {"devices": [1], "next": "tv-1"}), (200, {"devices": [2], "next": None})]
    assert main(["devices", "list", "ads", *URL]) == 0
    assert json.loads(capsys.readouterr().out) == {"devices": [1, 2]}
    assert [path for _, path, _ in SENT] == ["/devices/ads", "/devices/ads?after=tv-1"]


def test_a_refusal_is_the_apis_own_sentence(api: list[tuple[int, Any]], capsys: pytest.CaptureFixture[str]) -> None:
    api[:] = [(409, {"error": {"code": "conflict", "message": "A share only rises."}})]
    assert main(["models", "promote", "cats", "7", "--percentage", "5", *URL]) == 1
    assert capsys.readouterr().err == "error: 409: A share only rises.\n"


@pytest.mark.parametrize("command", ["models promote cats 7", "models promote cats 7 --approve --reject", "models"])
def test_a_command_that_decides_nothing_is_wrong(command: str) -> None:
    with pytest.raises(SystemExit) as error:
        main([*command.split(), *URL])
    assert error.value.code == 2
