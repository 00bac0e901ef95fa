"""Separate events of the hazard: what burns at one site at one time is one, in however many zones. Pure."""

from collections.abc import Iterable
from typing import NamedTuple

from inference.contracts.zones import ZoneSignals
from lambdas.data_prep.sensor_zones.plan import Table
from lambdas.data_prep.sensor_zones.profile import TableSeen


class Event(NamedTuple):
    site: str
    start_us: int
    end_us: int
    zones: frozenset[str]


def events_of(made: Iterable[tuple[Table, TableSeen]], signals: ZoneSignals) -> list[Event]:
    """In order of site and time; a pause of less than a window (such as where splits meet) is no end."""
    pause_us = signals.window_steps * signals.step_s * 1_000_000
    runs = sorted((table.site, run.start_us, run.end_us, run.zone) for table, one in made for run in one.runs)
    found: list[Event] = []
    for site, start, end, zone in runs:
        last = found[-1] if found else None
        if last is not None and last.site == site and start <= last.end_us + pause_us:
            found[-1] = Event(site, last.start_us, max(end, last.end_us), last.zones | {zone})
        else:
            found.append(Event(site, start, end, frozenset({zone})))
    return found
