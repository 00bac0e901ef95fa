"""What happened to each domain of a demo, as it stands in `build/demo/report.json`."""

import json
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Literal

Status = Literal["released", "rejected", "rolled_back", "failed"]


@dataclass
class DomainReport:
    """What happened to one domain; the documents are those that the loop itself wrote."""

    status: Status = "failed"
    reasons: list[str] = field(default_factory=list)
    dataset: dict[str, Any] = field(default_factory=dict)
    evaluation: dict[str, Any] = field(default_factory=dict)
    gate: list[dict[str, Any]] = field(default_factory=list)
    measures: list[str] = field(default_factory=list)
    """Metrics of the evaluation that are told whether the gate asks for them or not."""
    attempt: int | None = None
    release: dict[str, Any] = field(default_factory=dict)
    predictions: dict[str, Any] = field(default_factory=dict)
    captures: int = 0
    labels: dict[str, Any] = field(default_factory=dict)
    """What became of the labels of the questions; empty where the domain takes none."""
    devices: dict[str, Any] = field(default_factory=dict)
    """What each of them ran, step by step; empty where the domain has none."""
    reviews: dict[str, Any] = field(default_factory=dict)
    """What people said of answers and what came of it; empty where nobody reviews."""
    pages: list[str] = field(default_factory=list)
    seconds: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def timed(self, stage: str) -> Iterator[None]:
        """Add the seconds that the `with` block takes to those of a stage."""
        start = time.monotonic()
        yield
        self.seconds[stage] = round(self.seconds.get(stage, 0) + time.monotonic() - start, 1)

    def add_pages(self, pages: Iterable[str]) -> None:
        """A later run's page takes the place of an earlier one's."""
        self.pages = list(dict.fromkeys([*self.pages, *pages]))

    def released(self) -> None:
        """A package is released; one before it may have been rejected."""
        if self.status != "released":
            self.reasons = [f"an earlier package was {self.status}: {why}" for why in self.reasons]
        self.status = "released"

    def fail(self, reason: str) -> None:
        """Something was not as it has to be, whatever else was released."""
        self.status = "failed"
        self.reasons.append(reason)

    def end(self, status: Status, reasons: list[str]) -> None:
        """Say why a run ended early. After a first release the champion still serves: the domain stays released."""
        if self.status == "released":
            self.reasons += [f"a later challenger was {status.replace('_', ' ')}: {why}" for why in reasons]
        else:
            self.status, self.reasons = status, reasons


def write(reports: Mapping[str, DomainReport], file: Path) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps({name: asdict(report) for name, report in reports.items()}, indent=2, default=str))
