"""Rows as a table for people, or as JSON for programs."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text


def as_json(rows: Sequence[Any]) -> str:
    """A list of objects; times are ISO 8601."""
    return json.dumps([asdict(row) for row in rows], indent=2, default=lambda value: value.isoformat())


def as_table(rows: Sequence[Any], cells: Callable[[Any], Mapping[str, str]], console: Console) -> None:
    """One line a row; `rows` has at least one."""
    lines = [cells(row) for row in rows]
    table = Table(*lines[0], show_lines=True)
    for column in table.columns:
        column.overflow = "fold"
    for line in lines:
        table.add_row(*map(Text, line.values()))  # a sentence of AWS's may have brackets
    console.print(table)
