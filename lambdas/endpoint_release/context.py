"""The clients, the settings and the time that every action works with."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from lambdas.common.observability import emit
from lambdas.common.release_state import Release, ReleaseState
from lambdas.common.releases_table import ReleasesTable
from lambdas.endpoint_release.clients import ChampionParameter, Packages
from lambdas.endpoint_release.models import EndpointReleaseVariables, NextPackage, ReleaseResult, ReleaseStatus
from lambdas.endpoint_release.targets.base import Target
from lambdas.endpoint_release.window_metrics import WindowMetricsReader


@dataclass(frozen=True)
class ReleaseContext:
    env: EndpointReleaseVariables
    table: ReleasesTable
    packages: Packages
    target: Target
    metrics: WindowMetricsReader
    champion: ChampionParameter
    now: datetime

    def state(self) -> ReleaseState:
        return self.table.read(self.env.domain)

    def result(self, action: str, status: ReleaseStatus, release: str, **more: Any) -> ReleaseResult:
        return ReleaseResult(
            action=action, status=status, release=release, bake_s=more.pop("bake_s", self.env.rollout.bake_s), **more
        )

    def emit(self, metric: str) -> None:
        emit(self.env.namespace, [{"Domain": self.env.domain}], {metric: 1})

    def give_all_traffic(self, champion: Release) -> None:
        """Tell the target, and applications that do not ask the router, that the champion has all traffic."""
        self.target.shift(champion.release, 100, ())
        self.champion.set(champion.address)

    def sweep(self, state: ReleaseState) -> ReleaseState:
        """Retire what is no longer needed; the next release tries again what its target cannot retire yet."""
        left = tuple(release for release in state.retired if not self.target.retire(release))
        return state if left == state.retired else self.table.write(state.model_copy(update={"retired": left}))


def next_package(state: ReleaseState) -> NextPackage | None:
    """The approval that has waited longest."""
    if not state.waiting:
        return None
    first = state.waiting[0]
    return NextPackage(model_package_arn=first.model_package_arn, approved_at=first.approved_at)
