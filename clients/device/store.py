"""A device's folder, and the one small file whose replacement switches releases.

pointer.json            which release answers, and the one to go back to
releases/<release>/     complete releases, at most three; `<release>.tmp` is being written or removed
refused.json            releases that this device does not run, and why
trying.json             the release that is being checked, and how often it was
tuf/, downloads/        what The Update Framework keeps; a bundle until it is unpacked
reports/, sequence.json what the cloud has not been told yet
"""

import fcntl
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pydantic import Field

from clients.device.errors import DeviceError, Refused, UpdateFault
from clients.device.files import NEW, UNFINISHED, finish, read, remove_folder, write
from inference.contracts.base import Contract

REFUSALS = 16
"""Remembered, the newest."""
TRIES = 3
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,62}")


class Pointer(Contract):
    """`trial` while `serving` may still be rolled back to `previous`."""

    serving: str
    bundle_sha256: str = Field(default="", description="what `serving` is refused by, if it is")
    previous: str | None = None
    trial: bool = False
    starts: int = Field(default=0, ge=0, description="of the program during the trial, less its orderly ends")


class Refusal(Contract):
    release: str
    sha256: str = Field(description="of the bundle: another bundle under the same name is tried")
    why: str


class Refusals(Contract):
    newest_last: tuple[Refusal, ...] = ()


class Tried(Contract):
    refusal: Refusal
    times: int


class Store:
    """Every change is complete on the disk before its method returns. Raises OSError where the disk refuses."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._releases = folder / "releases"
        self._pointer, self._refused = folder / "pointer.json", folder / "refused.json"

    @contextmanager
    def lock(self) -> Iterator[None]:
        """For the one process that changes the folder. Raises DeviceError while another does."""
        self._releases.mkdir(parents=True, exist_ok=True)
        with (self.folder / "lock").open("w") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise DeviceError(f"another process works in {self.folder}; stop it first") from None
            self._tidy()
            yield

    def pointer(self) -> Pointer | None:
        return read(self._pointer, Pointer)

    def point(self, pointer: Pointer) -> None:
        """The switch."""
        write(self._pointer, pointer.model_dump_json().encode())

    def path(self, release: str) -> Path:
        if not _NAME.fullmatch(release):
            raise UpdateFault(f"the release's name {release!r} is none")
        return self._releases / release

    def complete(self) -> list[str]:
        """Releases whose folders have their lasting names, the newest first."""
        found = [path for path in self._releases.glob("*") if _NAME.fullmatch(path.name)]
        return [path.name for path in sorted(found, key=lambda path: path.stat().st_mtime, reverse=True)]

    @contextmanager
    def adding(self, release: str) -> Iterator[Path]:
        """An empty folder to write files into durably; the release's own once the block ends without an error."""
        final = self.path(release)
        unfinished = final.with_name(release + UNFINISHED)
        if unfinished.exists():
            remove_folder(unfinished)
        unfinished.mkdir()
        try:
            yield unfinished
            finish(unfinished, final)
        except BaseException:
            remove_folder(unfinished)
            raise

    def remove(self, release: str) -> None:
        if self.path(release).exists():
            remove_folder(self.path(release))

    def remove_others(self) -> None:
        """Keep what serves and what it would be rolled back to."""
        pointer = self.pointer()
        if pointer is not None:
            for release in set(self.complete()) - {pointer.serving, pointer.previous}:
                self.remove(release)

    def refusals(self) -> tuple[Refusal, ...]:
        found = read(self._refused, Refusals)
        return found.newest_last if found is not None else ()

    def refuse(self, refusal: Refusal) -> None:
        others = [one for one in self.refusals() if one.release != refusal.release]
        self._write_refusals((*others, refusal)[-REFUSALS:])

    def roll_back(self, pointer: Pointer, why: str) -> None:
        """Refuse what serves and point to what served before it."""
        if pointer.previous is not None:
            self.refuse(Refusal(release=pointer.serving, sha256=pointer.bundle_sha256, why=why))
            self.point(Pointer(serving=pointer.previous))

    @contextmanager
    def trying(self, refusal: Refusal) -> Iterator[None]:
        """Around what may end the whole program: raises Refused if it did so often before."""
        path = self.folder / "trying.json"
        before = read(path, Tried)
        times = before.times if before is not None and before.refusal == refusal else 0
        if times >= TRIES:
            path.unlink()
            raise Refused(refusal.why)
        write(path, Tried(refusal=refusal, times=times + 1).model_dump_json().encode())
        try:
            yield
        finally:
            path.unlink()

    def forget_refusals(self) -> None:
        self._write_refusals(())

    def _write_refusals(self, refusals: tuple[Refusal, ...]) -> None:
        write(self._refused, Refusals(newest_last=refusals).model_dump_json().encode())

    def _tidy(self) -> None:
        """Remove what a power cut left unfinished."""
        for path in self._releases.glob(f"*{UNFINISHED}"):
            remove_folder(path)
        for path in [*self.folder.rglob(f"*{NEW}"), *(self.folder / "downloads").glob("*.tar")]:
            path.unlink(missing_ok=True)
