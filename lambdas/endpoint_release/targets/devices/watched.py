"""Devices that met a release, by what was heard of them since. Pure.

A device meets a release when it fetches the signed rollout that names it, and is given it when it is handed its bundle
too. One that is switched off meets nothing and is in no count.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Literal, NamedTuple

from inference.contracts.devices import REPORT_S
from lambdas.common.device_record import DeviceRecord
from lambdas.endpoint_release.proportions import Proportion, proportion

LATE = 2.5
"""In mean times between a device's reports: one may get lost, and each comes up to a fifth later than the mean."""
DUE = 1.25
"""In the same: when the next report should be there."""
AT_ONCE = timedelta(minutes=5)
"""A device reports a release that it has taken or refused once it has checked it: what takes time is the download."""

Heard = Literal["kept", "gone", "early", "left", "mute", "awaited", "young"]


class Watched(NamedTuple):
    kept: tuple[str, ...] = ()
    """They have reported when they had it for a while."""
    gone: tuple[str, ...] = ()
    """So did they; but nothing for `LATE` of their times now."""
    early: tuple[str, ...] = ()
    """They have reported once they had it, and their next report is not due."""
    left: tuple[str, ...] = ()
    """So did they; but nothing for `LATE` of their times now."""
    mute: tuple[str, ...] = ()
    """Not a word for `LATE` of their times, since they met it."""
    awaited: tuple[str, ...] = ()
    """A report is due: the one that they send at once, or the next."""
    young: tuple[str, ...] = ()
    """They have just met it."""

    @property
    def told(self) -> int:
        """Those that had it for a while."""
        return len(self.kept) + len(self.gone)

    @property
    def unheard(self) -> tuple[str, ...]:
        """Those that should have told that by now."""
        return self.mute + self.left + self.awaited

    @property
    def decided(self) -> int:
        return self.told + len(self.left) + len(self.mute)

    @property
    def saying_nothing(self) -> Proportion:
        return proportion(len(self.mute), self.decided)

    @property
    def silent_soon(self) -> Proportion:
        return proportion(len(self.mute) + len(self.left), self.decided)

    @property
    def silent(self) -> Proportion:
        return proportion(len(self.mute) + len(self.left) + len(self.gone), self.decided)


def watched(met: Iterable[tuple[DeviceRecord, datetime]], while_s: float, now: datetime) -> Watched:
    """`met`: devices, and when they met it; `while_s`: seconds that a device has it for before its word counts."""
    found: dict[Heard, list[str]] = {}
    for device, at in met:
        found.setdefault(_heard(device, at, timedelta(seconds=while_s), now), []).append(device.device_id)
    return Watched(**{what: tuple(names) for what, names in found.items()})


def _heard(device: DeviceRecord, at: datetime, a_while: timedelta, now: datetime) -> Heard:
    every = timedelta(seconds=device.report.every_s if device.report is not None else REPORT_S)
    last = max(at, device.reported_at or at)
    is_late = now - last > LATE * every
    if last > at and last - at >= a_while:
        return "gone" if is_late else "kept"
    if last > at:
        return "left" if is_late else "awaited" if now - at > DUE * every else "early"
    return "mute" if is_late else "awaited" if now - at > AT_ONCE else "young"
