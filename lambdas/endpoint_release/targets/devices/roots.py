"""Root metadata: whose keys sign what. An operator signs it offline; the cloud only checks and stores it.

https://theupdateframework.github.io/specification/latest/#update-root: versions rise by one, and each is signed by the
keys of the one before and by its own.
"""

from datetime import UTC, datetime
from typing import Any

from securesystemslib.signer import Key
from tuf.api.exceptions import RepositoryError
from tuf.api.metadata import Metadata, Root
from tuf.api.serialization import DeserializationError

from lambdas.common.errors import PayloadError, VigilError
from lambdas.endpoint_release.targets.devices.files import RepositoryFiles

CLOUD_ROLES = ("targets", "snapshot", "timestamp")


class NoRootError(VigilError):
    """Devices could not verify anything: there is no root, or it names another key than the cloud's."""


class Roots:
    def __init__(self, domain: str, files: RepositoryFiles, cloud_key: Key) -> None:
        self._domain = domain
        self._files = files
        self._cloud_key = cloud_key

    def newest(self) -> bytes | None:
        found = self._files.read(f"{self._files.newest('root')}.root.json")
        return None if found is None else found.body

    def expires(self) -> datetime | None:
        """When devices take no update any more; None: there is no root yet."""
        body = self.newest()
        return None if body is None else _parse(body).signed.expires

    def cloud_key(self) -> dict[str, Any]:
        return {**self._cloud_key.to_dict(), "keyid": self._cloud_key.keyid}

    def require_ours(self) -> None:
        """Raises NoRootError."""
        body = self.newest()
        if body is None:
            raise NoRootError(
                f"Devices of {self._domain} have no root of trust yet; make it: "
                f"python -m clients.operator devices init {self._domain}"
            )
        if fault := self._fault_of_keys(_parse(body).signed):
            raise NoRootError(
                f"The root of {self._domain} does not fit: {fault}; sign a new one: "
                f"python -m clients.operator devices rotate-root {self._domain}"
            )

    def add(self, text: str) -> None:
        """Store the next root. Twice the same is once. Raises PayloadError for one that devices would not take."""
        body, new, before = text.encode(), _parse(text.encode()), self.newest()
        if body == before:
            return
        old = None if before is None else _parse(before)
        version = 1 if old is None else old.signed.version + 1
        faults = [
            fault
            for fault in (
                f"its version is {new.signed.version}, {version} is next" if new.signed.version != version else "",
                self._fault_of_keys(new.signed),
                "it has expired" if new.signed.is_expired(datetime.now(UTC)) else "",
                "files are not named by version and hash" if not new.signed.consistent_snapshot else "",
                _fault_of_signatures(new, new, "its own keys"),
                "" if old is None else _fault_of_signatures(old, new, "the keys of the root before"),
            )
            if fault
        ]
        if faults:
            raise PayloadError(f"This is no root for devices of {self._domain}: {'; '.join(faults)}.")
        if not self._files.create(f"{version}.root.json", body):
            raise PayloadError(f"Root {version} of {self._domain} was stored by somebody else just now; read it first.")

    def _fault_of_keys(self, root: Root) -> str:
        ours = self._cloud_key.keyid
        for name in CLOUD_ROLES:
            role = root.roles[name]
            if role.keyids != [ours] or role.threshold != 1 or root.keys[ours] != self._cloud_key:
                return f"{name} is signed by {', '.join(role.keyids)}, but the cloud's key is {ours}"
        return f"the cloud's key {ours} may sign roots" if ours in root.roles["root"].keyids else ""


def _fault_of_signatures(by: Metadata[Root], new: Metadata[Root], whose: str) -> str:
    try:
        by.signed.verify_delegate("root", new.signed_bytes, new.signatures)
    except RepositoryError as error:
        return f"{whose} did not sign it ({error})"
    return ""


def _parse(body: bytes) -> Metadata[Root]:
    try:
        found = Metadata[Root].from_bytes(body)
    except DeserializationError as error:
        raise PayloadError(f"The root is no metadata of The Update Framework: {error}.") from error
    if found.signed.type != "root":
        raise PayloadError(f"The root is {found.signed.type} metadata.")
    return found
