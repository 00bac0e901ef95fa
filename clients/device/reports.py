"""Reports that wait on the disk until the cloud has them: in order, bounded, the oldest dropped first."""

import logging
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from clients.device.files import read, write
from clients.device.registry import RegistryError
from inference.contracts.base import Contract
from inference.contracts.devices import DeviceReport

log = logging.getLogger(__name__)
NOT_NOW = frozenset({401, 403, 404})
"""Answers to a device that is not, or no longer, enrolled: its reports wait."""


class Sequence(Contract):
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
        state = Sequence(last=last + 1, dropped=state.dropped + len(excess))
        write(self._sequence, state.model_dump_json().encode())
        report = make(state.last, datetime.now(UTC))
        write(self._folder / f"{report.sequence:010}.json", report.model_dump_json().encode())

    def deliver(self, send: Callable[[DeviceReport], bool]) -> int:
        """How many the cloud has now that it had not. Raises UpdateFault when it takes no more for the time being."""
        delivered = 0
        for path in self.waiting():
            report = read(path, DeviceReport)
            if report is not None:
                try:
                    delivered += send(report)
                except RegistryError as error:
                    if error.status in NOT_NOW or error.status >= 500:
                        raise
                    log.warning("report %d dropped: %s", report.sequence, error)
            path.unlink()
        return delivered

    def _state(self) -> Sequence:
        return read(self._sequence, Sequence) or Sequence()
