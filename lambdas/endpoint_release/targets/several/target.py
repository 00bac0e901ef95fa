"""A release on several targets at once: every one takes part, and the worst news counts."""

from collections.abc import Sequence
from datetime import datetime

from inference.contracts import GoldenRequest
from lambdas.endpoint_release.limits import Judgement, worst
from lambdas.endpoint_release.package import Package
from lambdas.endpoint_release.targets.base import Target, TargetStatus


class SeveralTargets:
    """`targets`: the first one has the address and answers."""

    def __init__(self, targets: Sequence[Target]) -> None:
        self._targets = tuple(targets)

    def address(self, release: str) -> str:
        return self._targets[0].address(release)

    def create(self, release: str, package: Package) -> None:
        for target in self._targets:
            target.create(release, package)

    def status(self, release: str) -> TargetStatus:
        """The first that failed, or else the first that is not ready yet."""
        found = [target.status(release) for target in self._targets]
        order = ("failed", "starting", "ready")
        return min(found, key=lambda status: order.index(status.phase))

    def ask(self, release: str, request: GoldenRequest) -> bytes:
        return self._targets[0].ask(release, request)

    def shift(self, release: str, percentage: int, golden: Sequence[GoldenRequest]) -> None:
        for target in self._targets:
            target.shift(release, percentage, golden)

    def health(self, release: str, percentage: int, since: datetime, *, last: bool) -> Judgement:
        return worst([target.health(release, percentage, since, last=last) for target in self._targets])

    def retire(self, release: str) -> bool:
        """Every one is asked, also behind one that cannot take it away yet."""
        gone = [target.retire(release) for target in self._targets]
        return all(gone)
