"""`python -m sandbox.console` makes people on the embedded AWS, and nowhere else."""

from typing import Any

import pytest

from sandbox import console


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Services that a client was made for."""
    services: list[str] = []

    def client(service: str) -> Any:
        services.append(service)
        raise ConnectionError(service)

    monkeypatch.setattr(console.boto3, "client", client)
    monkeypatch.setattr(console.sys, "argv", ["sandbox.console"])
    return services


@pytest.mark.parametrize(
    "address", [None, "", "https://cognito-idp.us-west-2.amazonaws.com", "http://127.0.0.1.evil:1"]
)
def test_an_account_of_aws_gets_no_people(monkeypatch, capsys, asked, address):
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    if address is not None:
        monkeypatch.setenv("AWS_ENDPOINT_URL", address)

    assert console.main() == 2
    assert "python -m sandbox" in capsys.readouterr().err
    assert asked == []


def test_the_embedded_aws_is_asked(monkeypatch, asked):
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:4566")

    with pytest.raises(ConnectionError):
        console.main()
    assert asked == ["cloudformation"]


def test_people_are_told_where_to_go_and_as_whom():
    told = console.Console("http://here/index.html", "http://here", "pool", "client", {"reviewer": "secret"}).told()

    assert told == ["The console: http://here/index.html", "sign in as", "  reviewer / secret  (reviewers)"]
