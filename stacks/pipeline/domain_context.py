"""What every stage of a domain is made from."""

from dataclasses import dataclass

from stacks.pipeline.definition import DomainDefinition
from stacks.platform import Platform
from stacks.settings import APP
from stacks.shared.names import Names


@dataclass(frozen=True, kw_only=True)
class DomainContext:
    definition: DomainDefinition
    platform: Platform

    @property
    def names(self) -> Names:
        return Names(APP, self.definition.name)
