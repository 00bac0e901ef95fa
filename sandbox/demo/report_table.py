"""The table at a demo's end: what report.json says, told to a person."""

import re
from collections.abc import Mapping
from typing import Any

from rich.console import Console
from rich.table import Table

from sandbox.demo.report import DomainReport, Status
from sandbox.demo.review_lines import measured_lines, review_lines

NAMED = 4
"""Devices that a row names; report.json has all."""
COLOURS: dict[Status, str] = {"released": "green", "rejected": "yellow", "rolled_back": "yellow", "failed": "red"}


def show(reports: Mapping[str, DomainReport], console: Console) -> None:
    for name, report in reports.items():
        title = f"{name}: [{COLOURS[report.status]}]{report.status}[/]"
        table = Table(title=title, title_justify="left", show_header=False)
        table.add_column(style="bold")
        table.add_column(overflow="fold")
        for row in rows(report):
            table.add_row(*row)
        console.print(table)


def rows(report: DomainReport) -> list[tuple[str, str]]:
    """(what it is about, what is said of it), the latter in the markup of rich."""
    found = [("why", reason) for reason in report.reasons]
    if report.dataset:
        found.append(("dataset", _dataset(report.dataset)))
    found += [("page", page) for page in report.pages]
    found += [("gate", _verdict(verdict)) for verdict in report.gate]
    if report.attempt is not None:
        found.append(("gate", f"attempt {report.attempt} on this test split; intervals are those of 95 %"))
    found += [("measured", line) for line in measured_lines(report.measures, report.evaluation)]
    found += [("beside it", line) for line in _comparison(report)]
    found += [("release", step) for step in _steps(report.release)]
    if "asked" in report.predictions:
        if "live" in report.predictions:
            found.append(("traffic", _traffic(report.predictions["live"])))
        found.append(("predictions", _predictions(report.predictions)))
        found.append(("captures", f"{report.captures} recorded in S3"))
    found += [("devices", line) for line in _devices(report.devices)]
    found += [("reviews", line) for line in review_lines(report.reviews, report.evaluation)]
    if report.labels:
        found.append(("labels", _labels(report.labels)))
    took = "  ".join(f"{stage} {seconds:.0f} s" for stage, seconds in report.seconds.items())
    return [*found, ("took", took)]


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
