"""What people labelled: one append-only file a labeller, so that a crash loses nothing and undoing is one more line."""

import json
import os
from collections.abc import Iterable, Sequence
from pathlib import Path
from threading import Lock
from typing import NamedTuple

from clients.operator.errors import OperatorError


class Entry(NamedTuple):
    """A key press. `id` is the browser's: one that is sent twice counts once."""

    id: str
    at: str
    """ISO 8601, by the browser's clock."""
    frame: str
    label: str | None
    """None: the frame's label is undone."""


class LabelLog:
    """One labeller's entries, in order. Entries are on the disk when `append` returns."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = Lock()
        self._entries = _read(path)
        self._known = {entry.id for entry in self._entries}

    def append(self, entries: Iterable[Entry]) -> None:
        with self._lock:
            new = [entry for entry in entries if entry.id not in self._known]
            if not new:
                return
            with self._path.open("a", encoding="utf-8") as file:
                file.writelines(json.dumps(entry._asdict(), ensure_ascii=False) + "\n" for entry in new)
                file.flush()
                os.fsync(file.fileno())
            self._entries += new
            self._known |= {entry.id for entry in new}

    def labels(self) -> dict[str, str]:
        """Frame -> label, in the order in which they were given."""
        found: dict[str, str] = {}
        with self._lock:
            for entry in self._entries:
                found.pop(entry.frame, None)
                if entry.label is not None:
                    found[entry.frame] = entry.label
        return found


def _read(path: Path) -> list[Entry]:
    """A last line that a power cut left unfinished is cut off; any other that cannot be read is an error."""
    if not path.exists():
        return []
    content = path.read_bytes()
    whole = content[: content.rfind(b"\n") + 1]
    if len(whole) < len(content):
        with path.open("r+b") as file:
            file.truncate(len(whole))
    return _parse(path, whole.decode("utf-8").splitlines())


def _parse(path: Path, lines: Sequence[str]) -> list[Entry]:
    entries = []
    for number, line in enumerate(lines, 1):
        try:
            entries.append(Entry(**json.loads(line)))
        except (ValueError, TypeError) as error:
            raise OperatorError(f"{path}, line {number} is no label: {error}; mend or remove the line") from error
    return entries
