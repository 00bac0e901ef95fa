"""A server on loopback with the routes that devices use, and the faults that a network or an attacker on it may add."""

import json
import threading
import time
from collections.abc import Callable
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import jwt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from inference.contracts.devices import DeviceReport
from tests.device.signed import SignedRepository

Fault = Callable[[BaseHTTPRequestHandler], bool]
"""Answers in the server's place if it says so."""


class Cloud:
    """`repository` is what it serves; `by_device` what devices told; `asked` the paths, in order."""

    def __init__(self, repository: SignedRepository) -> None:
        self.repository = repository
        self.keys: dict[str, Ed25519PublicKey] = {}
        self.by_device: dict[str, list[DeviceReport]] = {}
        self.asked: list[str] = []
        self.headers: list[dict[str, str]] = []
        self.faults: dict[str, Fault] = {}
        """By what a path ends in."""
        self.clock: Callable[[], float] = time.time
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))
        self._thread.start()

    @property
    def reports(self) -> list[DeviceReport]:
        """Of the only device."""
        (found,) = self.by_device.values()
        return found

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def refusal(self, authorization: str) -> str:
        """Why a token is none of an enrolled device, or an empty text."""
        token = authorization.removeprefix("Bearer ")
        try:
            key = self.keys[jwt.get_unverified_header(token)["kid"]]
            claims = jwt.decode(
                token,
                key,
                ["EdDSA"],
                audience="vigil-devices",
                options={"require": ["exp", "iat", "sub", "iss"], "verify_exp": False, "verify_iat": False},
            )
        except (KeyError, jwt.InvalidTokenError) as error:
            return f"the token is none: {error!r}"
        if not claims["iat"] - 30 <= self.clock() <= claims["exp"] <= claims["iat"] + 300:
            return "the token is not of now"
        return ""


def _handler(cloud: Cloud) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        body = b""

        def date_time_string(self, timestamp: float | None = None) -> str:
            return formatdate(cloud.clock(), usegmt=True)

        def log_message(self, format: str, *args: object) -> None:
            pass

        def say(self, status: int, body: bytes = b"", **headers: str) -> None:
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def do_GET(self) -> None:
            if self._faulty():
                return
            if self.path.startswith("/s3/"):
                # https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html: one way to sign only
                self.say(400) if "Authorization" in self.headers else self._file(self.path.removeprefix("/s3/"))
            elif why := cloud.refusal(self.headers.get("Authorization", "")):
                self.say(401, why.encode())
            elif "/targets/" in self.path:
                self.say(302, Location=f"{cloud.url}/s3/targets/{self.path.rpartition('/')[2]}")
            elif "/metadata/" in self.path:
                self._file(f"metadata/{self.path.rpartition('/')[2]}")
            else:
                self.say(200, json.dumps({"release": "r1", "device": self.path.partition("device_id=")[2]}).encode())

        def do_POST(self) -> None:
            self.body = self.rfile.read(int(self.headers["Content-Length"]))
            if self._faulty():
                return
            if why := cloud.refusal(self.headers.get("Authorization", "")):
                self.say(401, why.encode())
                return
            report = DeviceReport.model_validate_json(self.body)
            told = cloud.by_device.setdefault(self.path.split("/")[-2], [])
            new = all(report.sequence > one.sequence for one in told)
            if new:
                told.append(report)
            newest = max(one.sequence for one in told)
            self.say(202 if new else 200, json.dumps({"sequence": newest}).encode())

        def _file(self, path: str) -> None:
            found = cloud.repository.files.get(path)
            self.say(404 if found is None else 200, found or b"")

        def _faulty(self) -> bool:
            cloud.asked.append(self.path)
            cloud.headers.append(dict(self.headers))
            found = [fault for ending, fault in list(cloud.faults.items()) if self.path.endswith(ending)]
            return any(fault(self) for fault in found)

    return Handler
