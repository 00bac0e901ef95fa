"""What differs from domain to domain: one package a domain, which names its construct `DOMAIN`."""

import importlib
import pkgutil

from stacks.pipeline.ml_domain import MlDomain


def find() -> dict[str, type[MlDomain]]:
    """Every domain's construct by the domain's name, which is its package's."""
    names = sorted(module.name for module in pkgutil.iter_modules(__path__) if module.ispkg)
    return {name: importlib.import_module(f"{__name__}.{name}").DOMAIN for name in names}


ALL_DOMAINS = find()
