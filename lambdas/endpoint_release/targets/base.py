"""Where releases run, as a release knows it: its spec (data) and its protocol (calls). No AWS here.

Where a router stands between callers and models, it reads each share from the releases table, and the target only gets
ready for it. Where none does (devices that hold their model), the target moves the share itself.
"""

from abc import abstractmethod
from collections.abc import Sequence
from datetime import datetime
from typing import ClassVar, Literal, NamedTuple, Protocol, Self

from inference.contracts import GoldenRequest
from inference.contracts.base import Contract
from lambdas.common.errors import VigilError
from lambdas.endpoint_release.limits import Judgement
from lambdas.endpoint_release.package import Package


class NoAnswerError(VigilError):
    """A release does not answer in time. It is not asked the rest: each request would take as long."""


class TargetStatus(NamedTuple):
    phase: Literal["starting", "ready", "failed"]
    detail: str = ""
    """Of `starting` and `failed`: a clause that names the address, e.g. `endpoint x is Creating`."""


class Target(Protocol):
    """Calls are about a release, by its id; each can be made again after a failed try."""

    def address(self, release: str) -> str:
        """Where callers find the release: written down before anything is made."""

    def create(self, release: str, package: Package) -> None:
        """Start to bring the package there, without traffic. What an earlier try made stays."""

    def status(self, release: str) -> TargetStatus: ...

    def ask(self, release: str, request: GoldenRequest) -> bytes:
        """The release's answer. Raises AnswerError when that is an error, NoAnswerError when there is none."""

    def shift(self, release: str, percentage: int, golden: Sequence[GoldenRequest]) -> None:
        """Callers will meet the release at this share from now on. `golden`: requests to get ready with, if any."""

    def health(self, release: str, percentage: int, since: datetime, *, last: bool) -> Judgement:
        """What the target itself knows of the release since its share is `percentage`, beside the router's metrics.

        Passed without a reason where it knows nothing. `last`: there is no more time to wait.
        """

    def retire(self, release: str) -> bool:
        """Take the release away. False: it cannot be taken away yet; the next release tries again."""


class TargetPlace(NamedTuple):
    """What a deployed domain has for its targets to use."""

    app: str
    domain: str
    role_arn: str
    """The role that what is made at a target reads packages with."""
    artifacts_bucket: str = ""
    devices_table: str = ""
    devices_key: str = ""
    """ARN of the KMS key that signs updates of devices; empty, as the table, where no target is of kind devices."""


class TargetSpec(Contract):
    """A domain's target, as its definition says it. Each kind has fields of its own."""

    answers: ClassVar[bool] = True
    """Whether golden requests can be replayed there: then it may be the first, or the only one."""

    kind: str

    @abstractmethod
    def open(self, place: TargetPlace) -> Target:
        """The target of a domain's releases."""

    def within(self, bake_s: int) -> Self:
        """Fit to be judged after bakes of so many seconds, which an environment may have cut."""
        return self

    @property
    def parts(self) -> tuple["TargetSpec", ...]:
        """The targets that releases run on, the one that is asked first: this one, unless it is made of others."""
        return (self,)
