"""HTTP as a device speaks it: signed by its token, tried again with growing pauses, never led astray."""

import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from urllib.parse import urljoin, urlsplit

import urllib3

from clients.device.errors import UpdateFault
from clients.device.identity import Identity

ATTEMPTS = 4
FIRST_PAUSE_S, LONGEST_PAUSE_S = 0.5, 30.0
TRY_AGAIN = frozenset({408, 429, 500, 502, 503, 504})
MOST_UNREAD = 10_000
REDIRECTS = frozenset({301, 302, 303, 307, 308})
CLIENT = "vigil-device/1.0"


class DeviceHttp:
    """Requests of one device below `url`. A pause before each further attempt is random, so that many spread out."""

    def __init__(self, url: str, identity: Identity, *, sleep: Callable[[float], None] = time.sleep) -> None:
        self.url = url.rstrip("/")
        self.identity = identity
        self.sleep = sleep
        self._pool = urllib3.PoolManager(maxsize=2, timeout=urllib3.Timeout(connect=10, read=30), retries=False)

    @contextmanager
    def answer(self, method: str, url: str, body: bytes | None = None) -> Iterator[urllib3.response.BaseHTTPResponse]:
        """The final answer, its content not yet read; any status.

        Raises UpdateFault when there is none, or it breaks off while the caller reads it.
        """
        response = self._answer(method, url, body)
        try:
            yield response
        except urllib3.exceptions.HTTPError as error:
            raise UpdateFault(f"{url} broke off: {error}"[:300]) from error
        finally:
            finish(response)

    def _answer(self, method: str, url: str, body: bytes | None) -> urllib3.response.BaseHTTPResponse:
        response = self._patiently(method, url, body, signed=True)
        if response.status not in REDIRECTS:
            return response
        finish(response)
        target = urljoin(url, response.headers.get("Location", ""))
        if urlsplit(self.url).scheme == "https" and urlsplit(target).scheme != "https":
            raise UpdateFault(f"{url} leads to {target[:80]}, which is not https")
        # A presigned address of S3 refuses a request that carries a token as well.
        return self._patiently("GET", target, None, signed=False)

    def _patiently(
        self, method: str, url: str, body: bytes | None, *, signed: bool
    ) -> urllib3.response.BaseHTTPResponse:
        why, pause = "", FIRST_PAUSE_S
        for attempt in range(ATTEMPTS):
            if attempt:
                self.sleep(pause * random.uniform(0.5, 1))
                pause = min(2 * pause, LONGEST_PAUSE_S)
            try:
                response = self._once(method, url, body, signed=signed)
            except urllib3.exceptions.HTTPError as error:
                why = str(error)
                continue
            if response.status not in TRY_AGAIN:
                return response
            why = f"status {response.status}"
            pause = max(pause, min(_seconds(response.headers.get("Retry-After")), LONGEST_PAUSE_S))
            finish(response)
        raise UpdateFault(f"no answer from {self.url} after {ATTEMPTS} attempts: {why[:200]}")

    def _once(self, method: str, url: str, body: bytes | None, *, signed: bool) -> urllib3.response.BaseHTTPResponse:
        response = self._sent(method, url, body, signed=signed)
        if signed and self.identity.learn_time(response.headers.get("Date")) and response.status in (401, 403):
            finish(response)
            response = self._sent(method, url, body, signed=signed)
        return response

    def _sent(self, method: str, url: str, body: bytes | None, *, signed: bool) -> urllib3.response.BaseHTTPResponse:
        headers = {"User-Agent": CLIENT} | ({"Content-Type": "application/json"} if body is not None else {})
        if signed:
            headers["Authorization"] = f"Bearer {self.identity.token()}"
        return self._pool.request(
            method, url, body=body, headers=headers, redirect=False, preload_content=False, decode_content=False
        )


def finish(response: urllib3.response.BaseHTTPResponse) -> None:
    """Keep the connection for the next request where little of the answer is left to read; drop it otherwise."""
    with suppress(urllib3.exceptions.HTTPError, OSError):
        response.read(MOST_UNREAD)
    response.close()


def _seconds(header: str | None) -> float:
    return float(header) if header is not None and header.isdecimal() else 0.0
