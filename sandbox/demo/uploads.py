"""Which files of a person's folder go up: those that a person takes for data, whether data prep can use them or not."""

from collections.abc import Collection
from pathlib import Path

from inference.contracts.labels import SUFFIXES

TABLES = (".csv", ".parquet")
SCHEMA = "schema.json"
"""Describes tables; beside them."""


def pictures_below(folder: Path) -> list[Path]:
    return _files(folder, SUFFIXES)


def tables_below(folder: Path) -> list[Path]:
    return _files(folder, TABLES)


def described(folder: Path) -> list[Path]:
    """Tables, and `schema.json` if there is one."""
    return [*tables_below(folder), *(file for file in [folder / SCHEMA] if file.is_file())]


def _files(folder: Path, suffixes: Collection[str]) -> list[Path]:
    found = (path for path in folder.rglob("*") if path.suffix.lower() in suffixes and path.is_file())
    return sorted(path for path in found if not any(part.startswith(".") for part in path.relative_to(folder).parts))
