"""Reads the few members that are needed out of a model.tar.gz, as a stream, trusting nothing in it."""

import tarfile
import zlib
from collections.abc import Collection
from pathlib import PurePosixPath
from typing import IO

from lambdas.common.errors import VigilError

MEMBER_LIMIT = 32 * 1024 * 1024
"""Bytes of one wanted member; reports and golden requests are far smaller."""
ARCHIVE_LIMIT = 2 * 1024 * 1024 * 1024
"""Bytes unpacked; a small archive that unpacks to more is an attack or an accident."""


class ArchiveError(VigilError):
    """The model archive cannot be read or must not be trusted."""


def read_members(stream: IO[bytes], wanted: Collection[str]) -> dict[str, bytes]:
    """The wanted members that there are, by name. Raises ArchiveError for a damaged archive or an escaping path."""
    found: dict[str, bytes] = {}
    try:
        with tarfile.open(fileobj=stream, mode="r|gz") as archive:
            unpacked = 0
            for member in archive:
                name = _safe_name(member)
                unpacked += member.size
                if unpacked > ARCHIVE_LIMIT:
                    raise ArchiveError(f"The model archive unpacks to more than {ARCHIVE_LIMIT} bytes.")
                if name in wanted and member.isfile():
                    found[name] = _content(archive, member)
    except (tarfile.TarError, OSError, EOFError, zlib.error) as error:
        raise ArchiveError(f"The model archive is not a readable tar.gz: {error}.") from error
    return found


def _safe_name(member: tarfile.TarInfo) -> str:
    path = PurePosixPath(member.name)
    if path.is_absolute() or ".." in path.parts or not (member.isfile() or member.isdir()):
        raise ArchiveError(f"The model archive has {member.name!r}: only plain files below its root are allowed.")
    return str(path)


def _content(archive: tarfile.TarFile, member: tarfile.TarInfo) -> bytes:
    if member.size > MEMBER_LIMIT:
        raise ArchiveError(f"{member.name} has {member.size} bytes; at most {MEMBER_LIMIT} are read.")
    reader = archive.extractfile(member)
    if reader is None:
        raise ArchiveError(f"{member.name} is no plain file.")
    return reader.read()
