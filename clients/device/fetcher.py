"""How The Update Framework's client reads: with the device's token, as `DeviceHttp` does."""

import time
from collections.abc import Iterator

import urllib3
from tuf.api.exceptions import DownloadError, DownloadHTTPError, SlowRetrievalError
from tuf.ngclient import FetcherInterface

from clients.device.errors import UpdateFault
from clients.device.http import DeviceHttp

CHUNK = 1 << 18
PATIENCE_S, SLOWEST_BYTES_S = 60.0, 1000
"""A file that is slower on average, from so many seconds on, is given up: reports wait behind it."""


class DeviceFetcher(FetcherInterface):
    """The framework itself stops at the length that metadata allow a file."""

    def __init__(self, http: DeviceHttp) -> None:
        self._http = http

    def _fetch(self, url: str) -> Iterator[bytes]:
        """Chunks of a file. Raises DownloadError while it is iterated, too: of a truncated file, say."""
        try:
            with self._http.answer("GET", url) as response:
                if response.status != 200:
                    raise DownloadHTTPError(f"the cloud answered {response.status} for {url}", response.status)
                yield from _quickly(response, url)
        except UpdateFault as error:
            raise DownloadError(str(error)) from error


def _quickly(response: urllib3.response.BaseHTTPResponse, url: str) -> Iterator[bytes]:
    """`stream` would wait for whole chunks, for ever if each byte comes in time."""
    began, got = time.monotonic(), 0
    while chunk := response.read1(CHUNK):
        yield chunk
        got += len(chunk)
        seconds = time.monotonic() - began
        if seconds > PATIENCE_S and got < SLOWEST_BYTES_S * seconds:
            response.close()  # nor is its end waited for
            raise SlowRetrievalError(f"{url} came too slowly: {got} bytes in {seconds:.0f} s")
