"""A folder that stands for a bucket: data prep on one machine, without AWS."""

import shutil
from pathlib import Path

from lambdas.data_prep.clients import Bucket


class FolderBucket(Bucket):
    """Keys are paths below `root`."""

    def __init__(self, root: Path) -> None:
        self.name = str(root)
        self._root = root

    def sizes(self, prefix: str) -> dict[str, int]:
        found = {path.relative_to(self._root).as_posix(): path for path in self._root.rglob("*") if path.is_file()}
        return {key.removeprefix(prefix): path.stat().st_size for key, path in found.items() if key.startswith(prefix)}

    def read(self, key: str) -> bytes | None:
        path = self._root / key
        return path.read_bytes() if path.is_file() else None

    def write(self, key: str, body: bytes) -> None:
        path = self._root / key
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(body)

    def delete(self, key: str) -> None:
        (self._root / key).unlink(missing_ok=True)

    def copy(self, key: str, to: str, digest: str) -> None:
        path = self._root / to
        path.parent.mkdir(parents=True, exist_ok=True)
        path.unlink(missing_ok=True)
        try:
            path.hardlink_to(self._root / key)
        except OSError:  # a file system without
            shutil.copyfile(self._root / key, path)

    def fetch(self, key: str, folder: Path) -> Path | None:
        """Where it is: nothing is copied."""
        path = self._root / key
        return path if path.is_file() else None
