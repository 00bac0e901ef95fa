"""How The Update Framework's client reads: with the device's token, as `DeviceHttp` does."""

from collections.abc import Iterator

from tuf.api.exceptions import DownloadError, DownloadHTTPError
from tuf.ngclient import FetcherInterface

from clients.device.errors import UpdateFault
from clients.device.http import DeviceHttp

CHUNK = 1 << 18


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
                yield from response.stream(CHUNK)
        except UpdateFault as error:
            raise DownloadError(str(error)) from error
