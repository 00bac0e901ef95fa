"""One look for updates, from the signed metadata to the switch."""

import logging
from dataclasses import dataclass
from typing import Literal

from tuf.api.metadata import TargetFile

from clients.device.bundle import read_edge_model, unpack
from clients.device.checks import check
from clients.device.errors import Refused, UpdateFault
from clients.device.model import Model, OpenNetwork, load, read_golden
from clients.device.repository import Repository, SignedFiles
from clients.device.runner import Runner
from clients.device.store import Refusal, Store
from inference.contracts.devices import LONGEST_WHY, DeviceRelease

ENDED = "the program ended several times while it checked the release"
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Look:
    """How a look for updates ended. `why` is empty unless something was refused or went wrong."""

    state: Literal["nothing released", "up to date", "updated", "refused", "fault"]
    release: str | None = None
    why: str = ""


class Updater:
    """Looks for the release that the signed rollout gives this device. What serves goes on serving meanwhile."""

    def __init__(
        self,
        domain: str,
        device_id: str,
        repository: Repository,
        store: Store,
        runner: Runner,
        open_network: OpenNetwork,
    ) -> None:
        self._domain, self._device_id = domain, device_id
        self._repository, self._store, self._runner = repository, store, runner
        self._open = open_network
        self.fault = ""
        """Why the last look failed; empty if it did not."""

    def look(self) -> Look:
        """Never raises what the network, the disk or a release may cause: the answer tells it."""
        try:
            found = self._look()
        except UpdateFault as error:
            found = Look("fault", why=str(error))
        except OSError as error:
            found = Look("fault", why=f"the disk refused: {error}")
        self.fault = found.why[:LONGEST_WHY] if found.state == "fault" else ""
        (log.warning if found.why else log.info)("%s: %s %s", found.state, found.release or "-", found.why)
        return found

    def _look(self) -> Look:
        files = self._repository.look()
        rollout = files.rollout()
        if rollout.domain != self._domain:
            raise UpdateFault(f"the rollout is for {rollout.domain!r}; this device is {self._domain!r}'s")
        wanted = rollout.of(self._device_id)
        if wanted is None:
            return Look("nothing released")
        if wanted.release == self._runner.serving:
            self._remove_others()
            return Look("up to date", wanted.release)
        bundle = files.find(wanted.bundle)
        sha256 = bundle.hashes["sha256"]
        for refusal in self._store.refusals():
            if (refusal.release, refusal.sha256) == (wanted.release, sha256):
                return Look("refused", wanted.release, refusal.why)
        try:
            model = self._checked(files, wanted, bundle)
        except Refused as error:
            self._store.refuse(Refusal(release=wanted.release, sha256=sha256, why=str(error)[:LONGEST_WHY]))
            pointer = self._store.pointer()
            if pointer is None or pointer.previous != wanted.release:  # that one is gone back to, if need be
                self._store.remove(wanted.release)
            return Look("refused", wanted.release, str(error))
        self._runner.adopt(model, sha256)
        self._remove_others()
        return Look("updated", wanted.release)

    def _remove_others(self) -> None:
        try:
            self._store.remove_others()
        except OSError as error:  # it takes room until the next look, and harms nothing else
            log.warning("releases that are not needed stay on the disk: %s", error)

    def _checked(self, files: SignedFiles, wanted: DeviceRelease, bundle: TargetFile) -> Model:
        """The release, complete on the disk, after it answered its golden requests here."""
        folder = self._store.path(wanted.release)
        if folder.exists() and not self._is_whole(wanted.release):
            self._store.remove(wanted.release)
        if not folder.exists():
            tar = files.fetch(bundle)
            try:
                with self._store.adding(wanted.release) as unfinished:
                    unpack(tar, unfinished)
                    read_edge_model(unfinished, self._domain)
            finally:
                tar.unlink(missing_ok=True)
        with self._store.trying(Refusal(release=wanted.release, sha256=bundle.hashes["sha256"], why=ENDED)):
            model = load(folder, wanted.release, self._domain, self._open)
            check(model, read_golden(folder))
        return model

    def _is_whole(self, release: str) -> bool:
        try:
            read_edge_model(self._store.path(release), self._domain)
        except Refused as error:
            log.warning("%s is fetched again: %s", release, error)
            return False
        return True
