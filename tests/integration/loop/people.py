"""People at the console of the embedded AWS, without a browser: OAuth's authorization code with PKCE, as pages do it.

https://docs.aws.amazon.com/cognito/latest/developerguide/authorization-endpoint.html
https://docs.aws.amazon.com/cognito/latest/developerguide/token-endpoint.html
"""

import base64
import hashlib
import secrets
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urljoin, urlsplit

import requests

WAITS_S = 60
"""For one answer: a function's first call starts its process, which takes long on a busy machine."""


@dataclass(frozen=True)
class Person:
    api: str
    access_token: str
    id_token: str

    def ask(self, method: str, path: str, body: Any = None, token: str | None = None) -> requests.Response:
        headers = {"Authorization": f"Bearer {self.access_token if token is None else token}"}
        return requests.request(method, f"{self.api}{path}", json=body, headers=headers, timeout=WAITS_S)


def sign_in(console: str, name: str, password: str) -> Person:
    """By what the console at that address tells its own pages. Raises what `requests` raises for a refusal."""
    config = requests.get(urljoin(console, "config.json"), timeout=WAITS_S).json()
    verifier = secrets.token_urlsafe(48)
    challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")
    asked = {
        "response_type": "code",
        "client_id": config["client_id"],
        "redirect_uri": urljoin(console, config["page"]),
        "scope": config["scope"],
        "state": "state-1",
        "code_challenge": challenge,
        "code_challenge_method": "S256",
    }
    requests.get(f"{config['sign_in']}/oauth2/authorize", params=asked, timeout=WAITS_S).raise_for_status()
    form = {**asked, "username": name, "password": password}
    sent_back = requests.post(f"{config['sign_in']}/login", data=form, allow_redirects=False, timeout=WAITS_S)
    if "location" not in sent_back.headers:
        raise PermissionError(f"{name} was not let in: {sent_back.status_code}")
    code = parse_qs(urlsplit(sent_back.headers["location"]).query)["code"][0]
    redeemed = requests.post(
        f"{config['sign_in']}/oauth2/token",
        data={
            "grant_type": "authorization_code",
            "client_id": config["client_id"],
            "code": code,
            "redirect_uri": asked["redirect_uri"],
            "code_verifier": verifier,
        },
        timeout=WAITS_S,
    )
    redeemed.raise_for_status()
    tokens = redeemed.json()
    return Person(urljoin(console, config["api"]), tokens["access_token"], tokens["id_token"])
