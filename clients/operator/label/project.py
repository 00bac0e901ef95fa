"""A folder in which frames are labelled.

frames/<recording>/<scene>-<n>.jpg     what is shown
labels/<labeller>.jsonl                each labeller's key presses
labels.json                            what they agree on, for `python -m clients.operator import`
disputed.json                          frames on which they do not
"""

import json
import re
from collections.abc import Sequence
from pathlib import Path
from threading import Lock
from typing import Any

from clients.operator.errors import OperatorError
from clients.operator.label.agreement import Labels, agreements, consensus
from clients.operator.label.log import Entry, LabelLog

LABELLER = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,39}")


class Project:
    """Thread-safe. `classes` are told apart by their first letters."""

    def __init__(self, folder: Path, classes: Sequence[str]) -> None:
        self.folder = folder
        self.classes = tuple(classes)
        self._lock = Lock()
        (folder / "labels").mkdir(parents=True, exist_ok=True)
        self._logs = {path.stem: LabelLog(path) for path in sorted((folder / "labels").glob("*.jsonl"))}
        self.frames = sorted(path.relative_to(self.pictures).as_posix() for path in self.pictures.rglob("*.jpg"))
        if not self.frames:
            raise OperatorError(f"{self.pictures} has no frames; give --video-dir to take some of recordings")

    @property
    def pictures(self) -> Path:
        return self.folder / "frames"

    def state(self, labeller: str) -> dict[str, Any]:
        """Everything that the page needs to go on where the labeller was."""
        return {"classes": self.classes, "frames": self.frames, "labels": self._log(labeller).labels()}

    def add(self, labeller: str, entries: Sequence[Entry]) -> None:
        """Keep entries, then write what everybody agrees on. Raises OperatorError for what is not to be labelled."""
        known, allowed = set(self.frames), {*self.classes, None}
        for entry in entries:
            if entry.frame not in known or entry.label not in allowed:
                raise OperatorError(
                    f"{entry.frame!r} as {entry.label!r}: a frame of this project and one of "
                    f"{', '.join(self.classes)} are allowed; reload the page"
                )
        self._log(labeller).append(entries)
        self._write_agreed()

    def save(self) -> dict[str, Any]:
        """How far all labellers are, and how much they agree."""
        labels, agreed, disputed = self._write_agreed()
        return {
            "frames": len(self.frames),
            "agreed": len(agreed),
            "disputed": len(disputed),
            "labellers": {name: len(said) for name, said in labels.items()},
            "agreements": [pair._asdict() for pair in agreements(labels)],
        }

    def _write_agreed(self) -> tuple[Labels, dict[str, str], list[str]]:
        """Write `labels.json` and `disputed.json`."""
        with self._lock:
            labels = {name: log.labels() for name, log in self._logs.items()}
            agreed, disputed = consensus(labels)
            _write(self.folder / "labels.json", [_row(frame, label) for frame, label in agreed.items()])
            _write(self.folder / "disputed.json", disputed)
        return labels, agreed, disputed

    def _log(self, labeller: str) -> LabelLog:
        if not LABELLER.fullmatch(labeller):
            raise OperatorError(f"labeller {labeller[:50]!r}: letters, digits, dots and dashes are allowed, 40 at most")
        with self._lock:
            if labeller not in self._logs:
                self._logs[labeller] = LabelLog(self.folder / "labels" / f"{labeller}.jsonl")
            return self._logs[labeller]


def _row(frame: str, label: str) -> dict[str, str]:
    recording, _, name = frame.rpartition("/")
    return {"imageName": frame, "label": label, "recording": recording, "scene": name.partition("-")[0]}


def _write(path: Path, document: Any) -> None:
    unfinished = path.with_suffix(".part")
    unfinished.write_text(json.dumps(document, indent=1) + "\n", encoding="utf-8")
    unfinished.replace(path)
