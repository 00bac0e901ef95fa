"""What a device asks of the cloud: its metadata, its files, what it is to run; and what it tells."""

import json
from typing import Any, NamedTuple
from urllib.parse import quote

from clients.device.errors import UpdateFault
from clients.device.http import DeviceHttp
from inference.contracts.devices import DeviceReport

MOST_BYTES = 100_000
"""Of an answer that is read whole."""


class RegistryError(UpdateFault):
    """The cloud refused. `status` is the HTTP status."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(f"the cloud answered {status}: {message}")
        self.status = status


class Receipt(NamedTuple):
    """Of a report: whether it was new, and the sequence of the newest one that the cloud has."""

    new: bool
    newest: int


class ModelRegistryClient:
    """The registry as one device sees it. Raises UpdateFault without an answer, RegistryError for a refusal."""

    def __init__(self, http: DeviceHttp) -> None:
        self.http = http
        identity = http.identity
        base = f"{http.url}/api/v1"
        device = f"{base}/devices/{quote(identity.domain)}/{quote(identity.device_id)}"
        self.metadata_url, self.targets_url, self._reports_url = (
            f"{device}/{name}" for name in ("metadata/", "targets/", "reports")
        )
        self._download_url = f"{base}/models/{quote(identity.domain)}/download?device_id={quote(identity.device_id)}"

    def metadata(self, file: str) -> bytes:
        """A file of signed metadata, as timestamp.json; nothing of it is verified here."""
        return self._read("GET", self.metadata_url + quote(file))

    def target(self, file: str) -> bytes:
        """A small file that metadata list, named with its hash; nothing of it is verified here."""
        return self._read("GET", self.targets_url + quote(file))

    def download_info(self) -> dict[str, Any]:
        """The release this device is to run: `release`, `bundle`, `url`, `expires_in_s`, `sha256`, `size_bytes`,
        `signature`. For people who look; updates go by the signed metadata instead.
        """
        document = json.loads(self._read("GET", self._download_url))
        if not isinstance(document, dict):
            raise UpdateFault(f"the cloud answered {str(document)[:80]!r}; an object is expected")
        return document

    def report(self, report: DeviceReport) -> Receipt:
        """One that was delivered before changes nothing."""
        with self.http.answer("POST", self._reports_url, report.model_dump_json().encode()) as response:
            body = response.read(MOST_BYTES)
            if response.status not in (200, 202):
                raise RegistryError(response.status, _text(body))
        try:
            return Receipt(response.status == 202, int(json.loads(body)["sequence"]))
        except (ValueError, TypeError, KeyError):
            raise UpdateFault(f"the cloud answered {_text(body)[:80]!r} to a report; a sequence is expected") from None

    def _read(self, method: str, url: str) -> bytes:
        with self.http.answer(method, url) as response:
            body = response.read(MOST_BYTES + 1)
            if response.status != 200:
                raise RegistryError(response.status, _text(body))
            if len(body) > MOST_BYTES:
                raise UpdateFault(f"{url} has more than {MOST_BYTES} bytes")
            return body


def _text(body: bytes) -> str:
    return body[:300].decode(errors="replace")
