"""Reads a model.tar.gz as a stream and verifies the whole package in it, trusting nothing."""

import gzip
import hashlib
import tarfile
import zlib
from collections.abc import Collection
from pathlib import PurePosixPath
from typing import IO, Any, NamedTuple, cast

from pydantic import ValidationError

from inference.contracts import PackageManifest
from inference.contracts.package import MANIFEST
from lambdas.common.errors import VigilError, sentences

MEMBER_LIMIT = 32 * 1024 * 1024
"""Bytes of one wanted member; reports and golden requests are far smaller."""
ARCHIVE_LIMIT = 2 * 1024 * 1024 * 1024
"""Bytes unpacked; a small archive that unpacks to more is an attack or an accident."""
_CHUNK = 1024 * 1024
MANIFEST_SHA256_PROPERTY, ARCHIVE_SHA256_PROPERTY = "manifest_sha256", "archive_sha256"
"""Of a registered model package: what the gate has verified and decided about."""


class ArchiveError(VigilError):
    """The model archive cannot be read or must not be trusted."""


class ArchivedPackage(NamedTuple):
    """A package that is exactly what its manifest says."""

    members: dict[str, bytes]
    """Name -> content, of those that were asked for."""
    domain: str
    """That it was trained for, by its manifest."""
    manifest_sha256: str
    archive_sha256: str


def read_package(stream: IO[bytes], wanted: Collection[str]) -> ArchivedPackage:
    """Read all of an archive. Raises ArchiveError: damaged, a path that escapes, files unlike the manifest's."""
    source = _Hashed(stream)
    found: dict[str, str] = {}
    kept: dict[str, bytes] = {}
    try:
        # tarfile's own streaming of a tar.gz leaves out the checksum at its end; gzip's does not.
        with gzip.GzipFile(fileobj=cast(IO[bytes], source)) as plain:
            with tarfile.open(fileobj=plain, mode="r|") as archive:
                _read_members(archive, {*wanted, MANIFEST}, found, kept)
            while plain.read(_CHUNK):
                _limit(plain.tell())
    except (tarfile.TarError, OSError, EOFError, zlib.error) as error:
        raise ArchiveError(f"The model archive is not a readable tar.gz: {error}.") from error
    manifest_sha256 = found.pop(MANIFEST, None)
    if manifest_sha256 is None:
        raise ArchiveError(f"The model archive has no {MANIFEST}; the training container did not finish the package.")
    manifest = _verified(kept.pop(MANIFEST), found)
    return ArchivedPackage(kept, manifest.domain, manifest_sha256, source.digest.hexdigest())


class _Hashed:
    """Hashes what is read through it."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self.digest = hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        chunk = self._stream.read(size)
        self.digest.update(chunk)
        return chunk


def _read_members(archive: tarfile.TarFile, wanted: set[str], found: dict[str, str], kept: dict[str, bytes]) -> None:
    unpacked = 0
    for member in archive:
        name = _safe_name(member)
        unpacked += member.size
        _limit(unpacked)
        if not member.isfile():
            continue
        if name in found:
            raise ArchiveError(f"The model archive has {name!r} twice; each file may be there once.")
        reader = archive.extractfile(member)
        if reader is None:
            raise ArchiveError(f"{name} is no plain file.")
        if name in wanted:
            if member.size > MEMBER_LIMIT:
                raise ArchiveError(f"{name} has {member.size} bytes; at most {MEMBER_LIMIT} are read.")
            kept[name] = reader.read()
            found[name] = hashlib.sha256(kept[name]).hexdigest()
        else:
            found[name] = hashlib.file_digest(cast(Any, reader), "sha256").hexdigest()


def _limit(unpacked: int) -> None:
    if unpacked > ARCHIVE_LIMIT:
        raise ArchiveError(f"The model archive unpacks to more than {ARCHIVE_LIMIT} bytes.")


def _safe_name(member: tarfile.TarInfo) -> str:
    path = PurePosixPath(member.name)
    if path.is_absolute() or ".." in path.parts or not (member.isfile() or member.isdir()):
        raise ArchiveError(f"The model archive has {member.name!r}: only plain files below its root are allowed.")
    return str(path)


def _verified(body: bytes, found: dict[str, str]) -> PackageManifest:
    try:
        manifest = PackageManifest.model_validate_json(body)
    except ValidationError as error:
        raise ArchiveError(f"{MANIFEST} is not a package manifest: {sentences(error)}.") from error
    if faults := manifest.faults(found):
        raise ArchiveError(f"The model package is not what its manifest says: {'; '.join(faults)}.")
    return manifest
