"""A release on a fleet of devices. They split themselves by their own hash, as the signed rollout says."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from inference.contracts import GoldenRequest
from inference.contracts.edge import bundle_name
from lambdas.endpoint_release.clients import Packages
from lambdas.endpoint_release.limits import Judgement
from lambdas.endpoint_release.package import Package
from lambdas.endpoint_release.targets.base import NoAnswerError, TargetStatus
from lambdas.endpoint_release.targets.devices.bundle import IN_PACKAGE, make_bundle
from lambdas.endpoint_release.targets.devices.contents import with_bundle, with_share, without
from lambdas.endpoint_release.targets.devices.fleet import Fleet
from lambdas.endpoint_release.targets.devices.health import Step, judge_fleet
from lambdas.endpoint_release.targets.devices.repository import UpdateRepository
from lambdas.endpoint_release.targets.devices.spec import DevicesSpec


def _now() -> datetime:
    return datetime.now(UTC)


class DevicesTarget:
    def __init__(
        self,
        spec: DevicesSpec,
        domain: str,
        *,
        repository: UpdateRepository,
        packages: Packages,
        fleet: Fleet,
        now: Callable[[], datetime] = _now,
    ) -> None:
        self._spec = spec
        self._domain = domain
        self.repository = repository
        self._packages = packages
        self._fleet = fleet
        self._now = now

    def address(self, release: str) -> str:
        """The bundle's name in the update repository."""
        return bundle_name(release)

    def create(self, release: str, package: Package) -> None:
        """Raises ArchiveError, BundleError for a package that devices must not or cannot run."""
        if self.repository.contents().has(release):
            return
        self.repository.roots.require_ours()
        bundle = make_bundle(self._packages.files(package, IN_PACKAGE), self._domain)
        self.repository.put_bundle(bundle_name(release), bundle)
        self.repository.change(lambda contents: with_bundle(contents, release, bundle), self._now())

    def status(self, release: str) -> TargetStatus:
        if self.repository.contents().has(release):
            return TargetStatus("ready")
        return TargetStatus("failed", f"the update repository of {self._domain} does not list {bundle_name(release)}")

    def ask(self, release: str, request: GoldenRequest) -> bytes:
        raise NoAnswerError(
            f"Devices of {self._domain} cannot be asked from here; name a target that can before them in SeveralSpec."
        )

    def shift(self, release: str, percentage: int, golden: Sequence[GoldenRequest]) -> None:
        """Devices replay golden requests themselves."""
        self.repository.change(lambda contents: with_share(contents, release, percentage), self._now())

    def health(self, release: str, percentage: int, since: datetime, *, last: bool) -> Judgement:
        step = Step(release, percentage, since, self._now(), last)
        return judge_fleet(self._fleet.enrolled(), step, self._spec)

    def retire(self, release: str) -> bool:
        """A device that just runs it keeps it until the rollout gives it another."""
        self.repository.change(lambda contents: without(contents, release), self._now())
        self.repository.delete_bundle(bundle_name(release))
        return True
