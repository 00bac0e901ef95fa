"""Reports that wait on the disk until the cloud has them: in order, bounded, the oldest dropped first."""

import logging
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

from clients.device.errors import UpdateFault
from clients.device.files import read, write
from clients.device.registry import Receipt, RegistryError
from inference.contracts.base import Contract
from inference.contracts.devices import DeviceReport

log = logging.getLogger(__name__)
NOT_NOW = frozenset({401, 403, 404})
"""Answers to a device that is not, or no longer, enrolled: its reports wait."""


class Counted(Contract):
    last: int = 0
    dropped: int = 0


class ReportQueue:
    """`kept`: how many wait at most."""

    def __init__(self, folder: Path, kept: int) -> None:
        self._folder, self._kept = folder / "reports", kept
        self._sequence = folder / "sequence.json"

    def waiting(self) -> list[Path]:
        """The oldest first."""
        return sorted(self._folder.glob("*.json"))

    @property
    def dropped(self) -> int:
        """Reports that had to go undelivered, since the device was set up."""
        return self._state().dropped

    def add(self, make: Callable[[int, datetime], DeviceReport]) -> None:
        """Write the next report, durably. Raises OSError if the disk refuses; then nothing was added."""
        self._folder.mkdir(exist_ok=True)
        waiting = self.waiting()
        state = self._state()
        last = max([state.last, *(int(path.stem) for path in waiting[-1:])])
        excess = waiting[: max(0, len(waiting) + 1 - self._kept)]
        for path in excess:
            path.unlink()
        if excess:
            log.warning("%d reports dropped undelivered: %d wait at most", len(excess), self._kept)
        state = Counted(last=last + 1, dropped=state.dropped + len(excess))
        write(self._sequence, state.model_dump_json().encode())
        report = make(state.last, datetime.now(UTC))
        write(self._file(report.sequence), report.model_dump_json().encode())

    def deliver(self, send: Callable[[DeviceReport], Receipt]) -> int:
        """How many the cloud has now that it had not. Raises UpdateFault when it takes no more for the time being."""
        delivered, counted_on = 0, False
        while waiting := self.waiting():
            path = waiting[0]
            report = read(path, DeviceReport)
            if report is not None:
                try:
                    receipt = send(report)
                    if receipt.newest > report.sequence:  # of the oldest that waits: this device lost its count
                        if counted_on:
                            raise UpdateFault(f"the cloud says it has report {receipt.newest}, whatever it is told")
                        self._count_on(receipt.newest, waiting)
                        counted_on = True
                        continue
                    delivered += receipt.new
                except RegistryError as error:
                    if error.status in NOT_NOW or error.status >= 500:
                        raise
                    log.warning("report %d dropped: %s", report.sequence, error)
            path.unlink()
        return delivered

    def _count_on(self, newest: int, waiting: Sequence[Path]) -> None:
        """Give what waits numbers that the cloud takes, beyond those of the files, so that none is written over."""
        first = max(newest, int(waiting[-1].stem)) + 1
        last = first + len(waiting) - 1
        write(self._sequence, self._state().model_copy(update={"last": last}).model_dump_json().encode())
        log.warning("the cloud has reports up to %d: %d that wait are numbered anew", newest, len(waiting))
        for number, path in enumerate(waiting, first):
            report = read(path, DeviceReport)
            if report is not None:
                moved = report.model_copy(update={"sequence": number})
                write(self._file(number), moved.model_dump_json().encode())
            path.unlink()

    def _file(self, sequence: int) -> Path:
        return self._folder / f"{sequence:010}.json"

    def _state(self) -> Counted:
        return read(self._sequence, Counted) or Counted()
