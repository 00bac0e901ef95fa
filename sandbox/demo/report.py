"""`build/demo/report.json`, and the table at the end that says the same to a person."""

import json
import re
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Literal

from rich.console import Console
from rich.table import Table

from sandbox.demo.review_lines import measured_lines, review_lines

Status = Literal["released", "rejected", "rolled_back", "failed"]
NAMED = 4
"""Devices that a row names; report.json has all."""
COLOURS: dict[Status, str] = {"released": "green", "rejected": "yellow", "rolled_back": "yellow", "failed": "red"}


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


def show(reports: Mapping[str, DomainReport], console: Console) -> None:
    for name, report in reports.items():
        title = f"{name}: [{COLOURS[report.status]}]{report.status}[/]"
        table = Table(title=title, title_justify="left", show_header=False)
        table.add_column(style="bold")
        table.add_column(overflow="fold")
        for row in _rows(report):
            table.add_row(*row)
        console.print(table)


def _rows(report: DomainReport) -> list[tuple[str, str]]:
    rows = [("why", reason) for reason in report.reasons]
    if report.dataset:
        rows.append(("dataset", _dataset(report.dataset)))
    rows += [("page", page) for page in report.pages]
    rows += [("gate", _verdict(verdict)) for verdict in report.gate]
    if report.attempt is not None:
        rows.append(("gate", f"attempt {report.attempt} on this test split; intervals are those of 95 %"))
    rows += [("measured", line) for line in measured_lines(report.measures, report.evaluation)]
    rows += [("beside it", line) for line in _comparison(report)]
    rows += [("release", step) for step in _steps(report.release)]
    if "asked" in report.predictions:
        if "live" in report.predictions:
            rows.append(("traffic", _traffic(report.predictions["live"])))
        rows.append(("predictions", _predictions(report.predictions)))
        rows.append(("captures", f"{report.captures} recorded in S3"))
    rows += [("devices", line) for line in _devices(report.devices)]
    rows += [("reviews", line) for line in review_lines(report.reviews, report.evaluation)]
    if report.labels:
        rows.append(("labels", _labels(report.labels)))
    took = "  ".join(f"{stage} {seconds:.0f} s" for stage, seconds in report.seconds.items())
    return [*rows, ("took", took)]


def _dataset(dataset: Mapping[str, Any]) -> str:
    splits = ", ".join(f"{split} {sum(counts.values())}" for split, counts in dataset["counts"].items())
    copies = dataset["duplicates"]
    left_out = [f"{copies} surplus {'copy' if copies == 1 else 'copies'}"] if copies else []
    left_out += [f"{n} {reason.replace('_', ' ')}" for reason, n in dataset["quarantined"].items()]
    return f"{dataset['version'][:12]}: {splits}; left out: {', '.join(left_out) or 'nothing'}"


def _verdict(verdict: Mapping[str, Any]) -> str:
    value = "no value" if verdict["value"] is None else f"{verdict['value']:.3g}"
    if verdict.get("interval"):
        value += f" ({verdict['interval']['low']:.3g} to {verdict['interval']['high']:.3g})"
    word = "[green]passed[/]" if verdict["passed"] else "[red]failed[/]"
    return f"{word}  {verdict['metric']} {value}, {verdict['required']}"


def _comparison(report: DomainReport) -> list[str]:
    """The gated quality of the dummy, the other references and the champion of that moment, on the same test split."""
    if not report.evaluation:
        return []
    others = {"the dummy": report.evaluation["dummy"], **report.evaluation.get("references", {})}
    if report.evaluation.get("champion"):
        others["the champion then"] = report.evaluation["champion"]["metrics"]
    gated = list(dict.fromkeys(verdict["metric"] for verdict in report.gate))
    told = {name: [f"{one} {values[one]:.3g}" for one in gated if one in values] for name, values in others.items()}
    return [f"{name.replace('_', ' ')}: {', '.join(values)}" for name, values in told.items()]


def _steps(release: Mapping[str, Any]) -> list[str]:
    """What happened to the newest release; the whole history stands in report.json."""
    steps = release.get("steps", [])
    newest = [step for step in steps if step.split()[0] == steps[-1].split()[0]]
    return [step for step in newest if not re.search(r"^\S+ (prepared|checked quiet)\b", step)]


def _traffic(live: Mapping[str, Any]) -> str:
    answered = ", ".join(f"{release} {count}" for release, count in live["answered"].items())
    total, failed = sum(live["answered"].values()), sum(live["failed"].values())
    return f"{total} answered during the rollout ({answered}), {failed} failed"


def _devices(devices: Mapping[str, Any]) -> list[str]:
    if not devices:
        return []
    told = []
    for step in devices["steps"]:
        named, refusing = step["named"], len(step["refusing"])
        some = f" ({', '.join(named[:NAMED])}{', ...' if len(named) > NAMED else ''})"
        line = f"{step['release']} at {step['percentage']} %: {len(named)} named by the hash{some}"
        told.append(f"{line}, {len(step['running'])} run it" + (f", {refusing} refuse it" if refusing else ""))
    if devices["why"]:
        told.append(f"one says why it refuses: {devices['why']}")
    runs = ", ".join(f"{count} run {release}" for release, count in devices["serving"].items())
    return [*told, f"at the end {runs}, {len(devices['without'])} run nothing; {devices['picture']}"]


def _labels(labels: Mapping[str, Any]) -> str:
    unknown = f", {labels['unknown']} without a capture" if labels["unknown"] else ""
    accuracy = "no value" if labels["accuracy"] is None else f"{labels['accuracy']:.3g}"
    metric = f"{labels['metric']} of {labels['namespace']} is {accuracy}"
    alarm = f"alarm below {labels['alarm_below']:g}: {labels['alarm']}"
    return f"{labels['right']} of {labels['labelled']} answers right{unknown}; {metric}; {alarm}"


def _predictions(predictions: Mapping[str, Any]) -> str:
    right = f"{predictions['right']} of {predictions['asked']} test items right"
    speed = f"p50 {predictions['p50_ms']:.0f} ms, p95 {predictions['p95_ms']:.0f} ms through the HTTP API"
    first = f"the first one {predictions['first_after_s']:.0f} s after the start"
    return f"{right}; {speed}; {first}; {predictions['picture']}"
