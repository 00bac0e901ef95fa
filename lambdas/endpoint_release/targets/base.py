"""Where releases run, as a release knows it: its spec (data) and its protocol (calls). No AWS here.

Where a router stands between callers and models, it reads each share from the releases table, and the target only gets
ready for it. Where none does (devices that hold their model), the target moves the share itself.
"""

from abc import abstractmethod
from collections.abc import Sequence
from typing import Literal, NamedTuple, Protocol

from inference.contracts import GoldenRequest
from inference.contracts.base import Contract
from lambdas.common.errors import VigilError
from lambdas.endpoint_release.package import Package


class NoAnswerError(VigilError):
    """A release does not answer in time. It is not asked the rest: each request would take as long."""


class TargetStatus(NamedTuple):
    phase: Literal["starting", "ready", "failed"]
    detail: str = ""
    """Of `starting` and `failed`: a clause that names the address, e.g. `endpoint x is Creating`."""


class Target(Protocol):
    """Every call can be made again after a failed try."""

    def address(self, release: str) -> str:
        """Where the release will be: written down before anything is made, so that whatever is made can be found."""

    def create(self, address: str, release: str, package: Package) -> None:
        """Start to bring the package there, without traffic. What an earlier try made stays."""

    def status(self, address: str) -> TargetStatus: ...

    def ask(self, address: str, request: GoldenRequest) -> bytes:
        """The release's answer. Raises AnswerError when that is an error, NoAnswerError when there is none."""

    def shift(self, address: str, percentage: int, golden: Sequence[GoldenRequest]) -> None:
        """Callers will meet the release at this share from now on. `golden`: requests to get ready with, if any."""

    def retire(self, address: str) -> bool:
        """Take everything at the address away. False: it cannot be taken away yet; the next release tries again."""


class TargetSpec(Contract):
    """A domain's target, as its definition says it. Each kind has fields of its own."""

    kind: str

    @abstractmethod
    def open(self, *, app: str, domain: str, role_arn: str) -> Target:
        """The target of a domain's releases. `role_arn`: the role that what is made there reads packages with."""
