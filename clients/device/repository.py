"""The domain's update repository, read through The Update Framework: what leaves here is signed and fresh."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from pydantic import ValidationError
from tuf.api.exceptions import DownloadError, DownloadLengthMismatchError, ExpiredMetadataError, RepositoryError
from tuf.api.metadata import Metadata, TargetFile
from tuf.ngclient import Updater, UpdaterConfig

from clients.device.errors import UpdateFault
from clients.device.fetcher import DeviceFetcher
from clients.device.files import sync_tree
from clients.device.registry import ModelRegistryClient
from inference.contracts.devices import ROLLOUT, Rollout

MOST_ROLLOUT, MOST_BUNDLE = 100_000, 64_000_000
"""Bytes. A signed file may still be a mistake."""
DOWNLOADS = 3
ROLES = ("root", "timestamp", "snapshot", "targets")


class Repository:
    """`root` are the bytes of the root metadata that came with the device; `folder` keeps what is trusted since."""

    def __init__(self, client: ModelRegistryClient, root: bytes, folder: Path) -> None:
        self._client, self._root = client, root
        self._metadata, self._targets = folder / "tuf", folder / "downloads"

    def look(self) -> "SignedFiles":
        """The newest signed list of files. Raises UpdateFault: no answer, no trust, or expired metadata."""
        with _faults():
            self._metadata.mkdir(parents=True, exist_ok=True)
            self._targets.mkdir(parents=True, exist_ok=True)
            updater = Updater(
                str(self._metadata),
                self._client.metadata_url,
                str(self._targets),
                self._client.targets_url,
                DeviceFetcher(self._client.http),
                UpdaterConfig(prefix_targets_with_hash=True),
                bootstrap=self._root,
            )
            before = self._timestamp()
            updater.refresh()
            if self._timestamp() != before:
                sync_tree(self._metadata)  # what is trusted must not be older after a power cut
            self._fresh_by_the_clouds_clock()
        return SignedFiles(updater, self._client.http.sleep)

    def _timestamp(self) -> bytes:
        path = self._metadata / "timestamp.json"
        return path.read_bytes() if path.exists() else b""

    def _fresh_by_the_clouds_clock(self) -> None:
        """The framework has only the device's clock, which may stand years behind after a time without power."""
        now = datetime.fromtimestamp(self._client.http.identity.now(), UTC)
        for role in ROLES:
            if now >= Metadata.from_file(str(self._metadata / f"{role}.json")).signed.expires:
                raise ExpiredMetadataError(f"{role}.json is expired by the cloud's clock, {now:%Y-%m-%d %H:%M} UTC")


class SignedFiles:
    """What one look found."""

    def __init__(self, updater: Updater, sleep: Callable[[float], None]) -> None:
        self._updater, self._sleep = updater, sleep

    def rollout(self) -> Rollout:
        """Which release runs where. Raises UpdateFault."""
        found = self.find(ROLLOUT, MOST_ROLLOUT)
        try:
            return Rollout.model_validate_json(self.fetch(found).read_bytes())
        except ValidationError as error:
            raise UpdateFault(f"{ROLLOUT} is signed but not understood: {error.errors()[0]['msg']}") from None

    def find(self, name: str, most: int = MOST_BUNDLE) -> TargetFile:
        """Raises UpdateFault if it is not listed, or has more bytes than `most`."""
        with _faults():
            found = self._updater.get_targetinfo(name)
        if found is None:
            raise UpdateFault(f"{name} is not among the signed files")
        if found.length > most:
            raise UpdateFault(f"{name} has {found.length} bytes; at most {most} are fetched")
        return found

    def fetch(self, file: TargetFile) -> Path:
        """The verified file, in the downloads folder. Raises UpdateFault."""
        with _faults():
            if found := self._updater.find_cached_target(file):
                return Path(found)
            free = shutil.disk_usage(str(self._updater.target_dir)).free
            if free < 3 * file.length:  # as it is read, as it is kept, and unpacked
                raise UpdateFault(
                    f"the disk has {free / 1e6:.1f} MB left; {file.path} needs {3 * file.length / 1e6:.1f}"
                )
            for attempt in range(1, DOWNLOADS):
                try:
                    return Path(self._updater.download_target(file))
                except DownloadLengthMismatchError:
                    raise
                except DownloadError:
                    self._sleep(attempt)
            return Path(self._updater.download_target(file))


@contextmanager
def _faults() -> Iterator[None]:
    """Errors of the framework and of the disk as UpdateFault, in words that say who has to act."""
    try:
        yield
    except ExpiredMetadataError as error:
        clock = f"{datetime.now(UTC):%Y-%m-%d %H:%M}"
        raise UpdateFault(f"no update is taken: {error}; this device's clock says {clock} UTC") from error
    except DownloadError as error:
        raise UpdateFault(f"download failed: {error}") from error
    except RepositoryError as error:
        raise UpdateFault(f"not trusted: {error}") from error
    except OSError as error:
        raise UpdateFault(f"the disk refused: {error}") from error
