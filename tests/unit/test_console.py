"""The console's pages as browsers get them."""

import base64
import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from lambdas.console import handler
from lambdas.console.static_files import FOLDER
from tests.unit.api_harness import event

SIGN_IN = "https://people.auth.us-west-2.amazoncognito.com"
FILES = sorted(path for path in FOLDER.rglob("*") if path.is_file())
VARIABLES = {"REGION": "us-west-2", "USER_POOL": "us-west-2_a", "CLIENT_ID": "client", "SIGN_IN": SIGN_IN}


@pytest.fixture(autouse=True)
def _variables(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in VARIABLES.items():
        monkeypatch.setenv(name, value)
    handler.variables.cache_clear()


@pytest.fixture
def get(context: Any) -> Any:
    def one(path: str, **headers: str) -> dict[str, Any]:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return handler.lambda_handler(event("GET", path, authorizer={}, headers=named), context)

    return one


def content(found: dict[str, Any]) -> bytes:
    return base64.b64decode(found["body"]) if found.get("isBase64Encoded") else found["body"].encode()


def test_the_bare_address_leads_to_the_page_wherever_the_api_is_mounted(get):
    found = get("/console")

    assert found["statusCode"] == 302
    assert found["headers"]["location"] == "console/index.html"


@pytest.mark.parametrize("path", ["/console/", "/console/index.html"])
def test_the_page_is_the_file(get, path):
    found = get(path)

    assert found["statusCode"] == 200
    assert found["headers"]["content-type"] == "text/html; charset=utf-8"
    assert content(found) == (FOLDER / "index.html").read_bytes()


@pytest.mark.parametrize(
    "path",
    [
        "/console/../handler.py",
        "/console/../static/index.html",
        "/console/%2e%2e/handler.py",
        "/console//etc/passwd",
        "/console/./index.html",
        "/console/index.html/",
        "/console/index.html%00",
        "/console/..\\handler.py",
        f"/console/{Path(handler.__file__)}",
        "/console/api/v1/models",
        "/consoles/index.html",
        "/",
    ],
)
def test_nothing_but_the_files_can_be_had(get, path):
    found = get(path)

    assert found["statusCode"] == 404
    assert json.loads(found["body"])["error"]["code"] == "no_such_route"


def test_a_browser_that_has_the_file_gets_no_second_copy(get):
    tag = get("/console/index.html")["headers"]["etag"]

    for known in (tag, f"W/{tag}", f'"other", {tag}'):
        found = get("/console/index.html", if_none_match=known)
        assert (found["statusCode"], found["body"]) == (304, "")
        assert found["headers"]["etag"] == tag
    assert get("/console/index.html", if_none_match='"other"')["statusCode"] == 200


def test_text_travels_compressed_under_a_tag_of_its_own(get):
    plain, small = get("/console/index.html"), get("/console/index.html", accept_encoding="br, gzip")

    assert small["headers"]["content-encoding"] == "gzip"
    assert gzip.decompress(content(small)) == content(plain)
    assert small["headers"]["etag"] != plain["headers"]["etag"]
    assert small["headers"]["vary"] == "accept-encoding"


@pytest.mark.parametrize("path", ["/console", "/console/index.html", "/console/config.json", "/console/missing"])
def test_every_answer_says_what_a_page_may_do(get, path):
    headers = get(path)["headers"]
    policy = dict(rule.split(" ", 1) for rule in headers["content-security-policy"].split("; "))

    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == "'self'"
    assert policy["connect-src"] == f"'self' {SIGN_IN}"
    assert policy["frame-ancestors"] == policy["base-uri"] == policy["form-action"] == "'none'"
    assert "unsafe" not in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert int(headers["strict-transport-security"].removeprefix("max-age=")) >= 31_536_000
    assert headers["cache-control"] == "no-cache"


def test_pages_are_told_where_to_sign_in_and_where_the_api_is(get):
    found = get("/console/config.json")

    assert found["headers"]["content-type"] == "application/json"
    assert json.loads(found["body"]) == {
        "region": "us-west-2",
        "user_pool": "us-west-2_a",
        "client_id": "client",
        "sign_in": SIGN_IN,
        "scope": "openid",
        "page": "index.html",
        "api": "api/v1",
    }


@pytest.mark.parametrize("file", FILES, ids=lambda path: path.name)
def test_every_file_has_a_type_that_browsers_know_and_fits_an_answer(get, file):
    """6 MB, of which base64 takes a third: https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html."""
    found = get(f"/console/{file.relative_to(FOLDER).as_posix()}")

    assert found["statusCode"] == 200, f"{file.name} has a suffix that static_files.py does not list"
    assert len(found["body"]) < 6_000_000
