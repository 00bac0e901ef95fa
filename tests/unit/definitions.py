"""Definitions of the repository's domains, found as their constructs are."""

from importlib import import_module

from stacks.domains import ALL_DOMAINS
from stacks.pipeline.definition import DomainDefinition


def definition_of(domain: str) -> DomainDefinition:
    """The one that the domain's package names."""
    names = vars(import_module(f"stacks.domains.{domain}"))
    (found,) = (one for one in names.values() if isinstance(one, DomainDefinition))
    return found


DEFINITIONS = {name: definition_of(name) for name in ALL_DOMAINS}
