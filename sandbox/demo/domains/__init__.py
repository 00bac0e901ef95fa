"""The demo's side of each domain: one module a domain, found here, which names its `Demo` (`demo/domain.py`) `DEMO`."""

import importlib
import pkgutil

from sandbox.demo.domain import Demo

DEFAULT = "cats"
"""The domain that a demo runs when none is named, and the first of all."""


def find() -> dict[str, Demo]:
    """Every domain's demo by the domain's name, which is its module's."""
    names = sorted((module.name for module in pkgutil.iter_modules(__path__)), key=lambda name: (name != DEFAULT, name))
    return {name: importlib.import_module(f"{__name__}.{name}").DEMO for name in names}
