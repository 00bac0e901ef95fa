"""What differs from domain to domain: one package a domain, which names its construct `DOMAIN`."""

import importlib
import pkgutil
from collections.abc import Iterator

from stacks.pipeline.ml_domain import MlDomain


def _found() -> Iterator[tuple[str, type[MlDomain]]]:
    for package in sorted(module.name for module in pkgutil.iter_modules(__path__) if module.ispkg):
        yield package, importlib.import_module(f"{__name__}.{package}").DOMAIN


ALL_DOMAINS: dict[str, type[MlDomain]] = dict(_found())
