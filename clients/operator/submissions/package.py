"""Looks at a package before it is sent: what the gate would refuse is told at once."""

import hashlib
import tarfile
from pathlib import Path, PurePosixPath
from typing import Any, NamedTuple, cast

from pydantic import ValidationError

from clients.operator.errors import OperatorError
from inference.contracts import PackageManifest
from inference.contracts.package import MANIFEST


class Package(NamedTuple):
    manifest: PackageManifest
    sha256: str
    """Of the archive."""


def read_package(file: Path) -> Package:
    """Raises OperatorError where it is no package, or not what its manifest says."""
    try:
        with file.open("rb") as stream:
            digest = hashlib.file_digest(stream, "sha256").hexdigest()
        hashes, manifest = _members(file)
    except OSError as error:
        raise OperatorError(f"{file} cannot be read: {error.strerror or error}") from error
    except (tarfile.TarError, EOFError) as error:
        raise OperatorError(f"{file} is no whole tar.gz: {error}") from error
    if manifest is None:
        raise OperatorError(f"{file} has no {MANIFEST}: it is no model package, or training did not finish it")
    try:
        described = PackageManifest.model_validate_json(manifest)
    except ValidationError as error:
        raise OperatorError(f"{file}: {MANIFEST} is no package's: {error.errors()[0]['msg']}") from error
    faults = described.faults(hashes)
    if faults:
        raise OperatorError(f"{file} is not what its {MANIFEST} says: {'; '.join(faults)}")
    return Package(described, digest)


def _members(file: Path) -> tuple[dict[str, str], bytes | None]:
    """Hashes of all files but the manifest, and the manifest."""
    hashes: dict[str, str] = {}
    manifest = None
    with tarfile.open(file, "r:gz") as archive:
        for member in archive:
            reader = archive.extractfile(member) if member.isfile() else None
            name = str(PurePosixPath(member.name))
            if reader is None:
                continue
            if name == MANIFEST:
                manifest = reader.read()
            else:
                hashes[name] = hashlib.file_digest(cast(Any, reader), "sha256").hexdigest()
    return hashes, manifest
