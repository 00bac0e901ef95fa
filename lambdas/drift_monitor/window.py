"""Captures of a window, added up by name. Pure."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from pydantic import ValidationError

from inference.contracts import Baseline, Capture

MOST_OBJECTS = 200
"""Read of a window."""


@dataclass
class Window:
    """What `release` answered from `since` to `until`."""

    release: str
    since: datetime
    until: datetime
    captures: int = 0
    unread: int = 0
    complete: bool = True
    requests: set[str] = field(default_factory=set)
    """Items of one request are alike, so that chance is judged by requests."""
    labels: Counter[str] = field(default_factory=Counter)
    scores: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    features: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))

    def add(self, lines: Iterable[bytes], baseline: Baseline) -> None:
        """Values that the baseline knows. A line that is no capture is counted."""
        for line in lines:
            try:
                one = Capture.model_validate_json(line)
            except ValidationError:
                self.unread += 1
                continue
            if one.release != self.release or not self.since <= one.at <= self.until:
                continue
            self.captures += 1
            self.requests.add(one.request_id)
            if one.label is not None:
                self.labels[one.label] += 1
            for kept, found, known in (
                (self.scores, one.scores, baseline.scores),
                (self.features, one.features, baseline.features),
            ):
                for name in found.keys() & known.keys():
                    kept[name].append(found[name])


def hours(since: datetime, until: datetime) -> list[str]:
    """Folders `yyyy/mm/dd/HH/` that hold captures of the window: Firehose names them after UTC, when data arrive."""
    first = since.replace(minute=0, second=0, microsecond=0)
    count = int((until - first) / timedelta(hours=1)) + 1
    return [f"{first + timedelta(hours=hour):%Y/%m/%d/%H}/" for hour in range(count)]


def spread(keys: list[str], most: int = MOST_OBJECTS) -> list[str]:
    """At most so many of them, evenly over all."""
    if len(keys) <= most:
        return keys
    return [keys[index * len(keys) // most] for index in range(most)]
