"""Tables of the page, and what stands in their cells: HTML."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from html import escape

SHOWN = 200
"""Rows of a table on the page."""


def html_table(names: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Cells are HTML already."""
    found = list(rows)
    head = "".join(f"<th>{name}</th>" for name in names)
    body = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in found[:SHOWN])
    more = f"<p><small>and {len(found) - SHOWN:,} more</small></p>" if len(found) > SHOWN else ""
    return f"<table><tr>{head}</tr>{body}</table>{more}"


def yes_or_no(honest: bool) -> str:
    return '<span class="yes">yes</span>' if honest else '<span class="no">no</span>'


def listed(words: Iterable[str]) -> str:
    return escape(", ".join(sorted(words)))


def utc(us: int) -> str:
    return f"{datetime.fromtimestamp(us / 1e6, UTC):%Y-%m-%d %H:%M:%S}"
