"""The update repository: read, and changed by one writer at a time without a lock.

Files are written in the order targets, targets metadata, snapshot, timestamp. Each has a name of its own until the
timestamp, which alone is replaced, on condition that it is still the one that the change was made from. So a reader
always finds everything that the timestamp leads to; a writer who is late starts over from what the other one wrote; and
what a writer leaves who dies in between is named by nothing, so that the next one goes on as if it had not been.
"""

from collections.abc import Callable
from datetime import datetime
from hashlib import sha256
from typing import NamedTuple

from securesystemslib.signer import Signer
from tuf.api.metadata import MetaFile, Snapshot, T, TargetFile, Targets, Timestamp

from inference.contracts.devices import ROLLOUT, Rollout
from lambdas.common.errors import VigilError
from lambdas.endpoint_release.targets.devices.contents import Contents
from lambdas.endpoint_release.targets.devices.files import RepositoryFiles
from lambdas.endpoint_release.targets.devices.metadata import (
    MetadataError,
    due,
    make_snapshot,
    make_targets,
    make_timestamp,
    read_signed,
    signed_bytes,
)
from lambdas.endpoint_release.targets.devices.roots import Roots

TRIES = 8
"""Of a change while others change the repository, and of a version that others have taken."""

Edit = Callable[[Contents], Contents]


class RepositoryBusyError(VigilError):
    """Others change the update repository without end."""


class Published(NamedTuple):
    """What the timestamp leads to."""

    etag: str
    timestamp: Timestamp
    snapshot: Snapshot
    targets: Targets
    targets_body: bytes
    contents: Contents


class UpdateRepository:
    def __init__(self, domain: str, files: RepositoryFiles, signer: Signer) -> None:
        self._domain = domain
        self._files = files
        self._signer = signer
        self.roots = Roots(domain, files, signer.public_key)

    def read(self) -> Published | None:
        """None before the first publication. Raises MetadataError for anything that our key has not signed."""
        found = self._files.read("timestamp.json")
        if found is None:
            return None
        timestamp = self._signed(Timestamp, "timestamp.json", found.body)
        snapshot, _ = self._told(Snapshot, timestamp.snapshot_meta)
        targets, targets_body = self._told(Targets, snapshot.meta["targets.json"])
        contents = self._contents(targets)
        return Published(found.etag, timestamp, snapshot, targets, targets_body, contents)

    def contents(self) -> Contents:
        published = self.read()
        return Contents(Rollout(domain=self._domain)) if published is None else published.contents

    def change(self, edit: Edit, now: datetime, *, even_if_empty: bool = False) -> bool:
        """Publish what `edit` makes of the contents, and sign anew what would expire soon. False: nothing to do.

        `edit` may be called again, with what another writer published in between. `even_if_empty`: also publish the
        very first metadata if there is nothing to list yet. Raises MetadataError, RepositoryBusyError, NoRootError.
        """
        for _ in range(TRIES):
            before = self.read()
            contents = Contents(Rollout(domain=self._domain)) if before is None else before.contents
            after = edit(contents)
            needed = even_if_empty if before is None else _any_due(before, now)
            if after == contents and not needed:
                return False
            self.roots.require_ours()
            if self._publish(before, after, now):
                return True
        raise RepositoryBusyError(f"The update repository of {self._domain} was changed by others {TRIES} times.")

    def put_bundle(self, name: str, bundle: bytes) -> None:
        """Upload a target before any metadata lists it."""
        self._files.put_target(_hashed_name(TargetFile.from_data(name, bundle, ["sha256"])), bundle)

    def delete_bundle(self, name: str) -> None:
        """Delete a target after no metadata lists it."""
        self._files.delete_targets(name)

    def _publish(self, before: Published | None, contents: Contents, now: datetime) -> bool:
        """False: another writer was faster."""
        if before is not None and contents == before.contents and not due(before.targets, now):
            targets = (before.targets.version, before.targets_body)
        else:
            listed = contents.targets()
            self._files.put_target(_hashed_name(listed[ROLLOUT]), contents.rollout_bytes())
            version = None if before is None else before.targets.version
            targets = self._create("targets", version, lambda version: make_targets(version, listed, now))
        version = None if before is None else before.snapshot.version
        snapshot = self._create("snapshot", version, lambda version: make_snapshot(version, targets, now))
        timestamp = signed_bytes(make_timestamp(snapshot, now), self._signer)
        return self._files.replace("timestamp.json", timestamp, None if before is None else before.etag)

    def _create(self, role: str, current: int | None, make: Callable[[int], T]) -> tuple[int, bytes]:
        """Under the next version that nobody has taken; its version and bytes."""
        version = (self._files.newest(role) if current is None else current) + 1
        for _ in range(TRIES):
            body = signed_bytes(make(version), self._signer)
            if self._files.create(f"{version}.{role}.json", body):
                return version, body
            version = self._files.newest(role) + 1
        raise RepositoryBusyError(f"Others took {TRIES} versions of {role} of {self._domain} at the same time.")

    def _signed(self, kind: type[T], name: str, body: bytes, told: MetaFile | None = None) -> T:
        return read_signed(kind, name, body, self._signer.public_key, told)

    def _told(self, kind: type[T], told: MetaFile) -> tuple[T, bytes]:
        name = f"{told.version}.{kind.type}.json"
        found = self._files.read(name)
        if found is None:
            raise MetadataError(f"{name} of {self._domain} is gone, though newer metadata names it; restore it.")
        return self._signed(kind, name, found.body, told), found.body

    def _contents(self, targets: Targets) -> Contents:
        bundles = {name: target for name, target in targets.targets.items() if name != ROLLOUT}
        listed = targets.targets[ROLLOUT]
        body = self._files.read_target(_hashed_name(listed))
        if body is None or sha256(body).hexdigest() != listed.hashes["sha256"]:
            raise MetadataError(f"{_hashed_name(listed)} of {self._domain} is not what was signed; restore it.")
        return Contents(Rollout.model_validate_json(body), bundles)


def _hashed_name(target: TargetFile) -> str:
    """As consistent snapshots name it."""
    return f"{target.hashes['sha256']}.{target.path}"


def _any_due(published: Published, now: datetime) -> bool:
    return any(due(one, now) for one in (published.timestamp, published.snapshot, published.targets))
