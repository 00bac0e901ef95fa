"""Subcommands, found by themselves: a module each, with `ABOUT`, `add_arguments` and `run`.

A module is named as the command is; one whose name Python reserves ends with an underscore. They are imported for
`--help`, so what takes seconds to import they import in `run`.
"""

import importlib
import pkgutil
from argparse import ArgumentParser, Namespace
from typing import Protocol, cast


class Command(Protocol):
    """What a module of this package is."""

    ABOUT: str

    def add_arguments(self, parser: ArgumentParser) -> None: ...

    def run(self, args: Namespace) -> int:
        """The exit code: 0 done, 1 refused or not answered. May raise OperatorError, and what boto3 raises."""
        ...


def find() -> dict[str, Command]:
    names = sorted(module.name for module in pkgutil.iter_modules(__path__))
    return {name.rstrip("_"): cast(Command, importlib.import_module(f"{__name__}.{name}")) for name in names}
