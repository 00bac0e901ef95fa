"""The base class of a simulated CloudFormation resource type: create, update and delete.

Handlers run on threads of their own and talk to the embedded AWS as any client does, so they may wait.
"""

import uuid
from abc import ABC, abstractmethod
from functools import cache
from typing import Any

from sandbox.aws import hooks
from sandbox.aws.clients import Aws
from sandbox.aws.settings import Settings

Provisioned = tuple[str, dict[str, Any]]


class ResourceType(ABC):
    """One type. A replacement is a create that answers another physical id; MiniStack then deletes the old one."""

    name: str

    def __init__(self, settings: Settings) -> None:
        self._client_of = cache(lambda scope, service: Aws(settings, *scope).client(service))

    def client(self, service: str) -> Any:
        """A client in the account and Region of the stack that is being deployed."""
        return self._client_of(hooks.scope(), service)

    @abstractmethod
    def create(self, logical_id: str, properties: dict, stack: str) -> Provisioned:
        """Physical id and the attributes of Fn::GetAtt."""

    @abstractmethod
    def update(self, physical_id: str, old: dict, new: dict, stack: str, logical_id: str) -> Provisioned:
        """As `create`; only called when the properties changed."""

    @abstractmethod
    def delete(self, physical_id: str, properties: dict) -> None:
        """Delete it; what is already gone is no error."""


def generated_name(stack: str, logical_id: str, longest: int) -> str:
    """A name as CloudFormation makes one up: readable, and never used before."""
    suffix = uuid.uuid4().hex[:12]
    return f"{stack}-{logical_id}"[: longest - 13] + f"-{suffix}"
