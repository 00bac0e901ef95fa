"""Decisions about a model's versions: each in its turn, each audited, refused when they are not about what is now."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from lambdas.common.http_answers import HttpError
from lambdas.common.release_state import ReleaseState
from lambdas.common.releases_table import ReleasesTable
from lambdas.registry.audit import AuditTable
from lambdas.registry.clients import Packages, ReleaseFunctions
from lambdas.registry.models import Promotion, Withdrawal
from lambdas.registry.turns import Requests
from lambdas.registry.views import APPROVALS, ModelView, model_view, version_of, version_summary

_SAGEMAKERS = {ours: theirs for theirs, ours in APPROVALS.items()}
_VERBS = {"approved": "approve", "rejected": "reject"}


@dataclass(frozen=True)
class Decisions:
    packages: Packages
    releases: ReleasesTable
    functions: ReleaseFunctions
    audit: AuditTable
    requests: Requests

    def view(self, name: str) -> ModelView:
        return model_view(self.releases.read(name), [version_summary(one) for one in self.packages.newest(name)])

    def promote(self, name: str, version: int, asked: Promotion, who: str) -> ModelView:
        package = self.packages.describe(name, version)
        with self._deciding(name, asked.revision) as state:
            if asked.status is not None:
                self._approve(name, package, asked.status, who)
            else:
                self._release(name, version, state, asked, who)
        return self.view(name)

    def roll_back(self, name: str, asked: Withdrawal, who: str) -> ModelView:
        self.packages.require(name)
        with self._deciding(name, asked.revision) as state:
            leaving = state.challenger or (state.champion if state.previous is not None else None)
            if leaving is None:
                raise self._conflict(name, "No release is under way, and there is no earlier champion to return to.")
            event = {"action": "manual_roll_back", "by": who, "revision": asked.revision, "reason": asked.reason}
            event |= {"release": leaving.release}
            about = str(version_of(leaving.model_package_arn))
            with self.audit.record(
                name, who=who, what="rollback", about=about, before=_serving(state), after=asked.reason
            ):
                self._ask(name, event)
        return self.view(name)

    @contextmanager
    def _deciding(self, name: str, revision: int | None) -> Iterator[ReleaseState]:
        """The model's turn, and its state in it."""
        with self.requests.turn(name):
            state = self.releases.read(name)
            if revision is not None and revision != state.revision:
                raise self._conflict(name, f"{name} is at revision {state.revision} now, not {revision}.")
            yield state

    def _approve(self, name: str, package: dict[str, Any], status: str, who: str) -> None:
        version = str(package["ModelPackageVersion"])
        # What was read before the turn may have been decided since.
        before = version_summary(self.packages.describe(name, int(version))).approval
        if before == status:
            raise self._conflict(name, f"Version {version} of {name} is {status} already.")
        with self.audit.record(name, who=who, what=_VERBS[status], about=version, before=before, after=status):
            self.packages.decide(package["ModelPackageArn"], _SAGEMAKERS[status], f"{status} by {who}")  # type: ignore[index]

    def _release(self, name: str, version: int, state: ReleaseState, asked: Promotion, who: str) -> None:
        challenger = state.challenger
        if challenger is None or version_of(challenger.model_package_arn) != version:
            told = "no release is under way" if challenger is None else f"{challenger.release} is being released"
            raise self._conflict(name, f"Version {version} of {name} is not being released: {told}.")
        event = {"by": who, "revision": asked.revision, "release": challenger.release}
        if asked.is_production:
            event |= {"action": "manual_promote"}
            what, after = "promote", f"champion {challenger.release}"
        else:
            event |= {"action": "manual_shift", "percentage": asked.rollout_percentage}
            what, after = "rollout", f"{asked.rollout_percentage} %"
        with self.audit.record(name, who=who, what=what, about=str(version), before=_serving(state), after=after):
            self._ask(name, event)

    def _ask(self, name: str, event: dict[str, Any]) -> None:
        result = self.functions.ask(name, event)
        if result["status"] == "refused":
            raise self._conflict(name, f"{result['reason'][:1].upper()}{result['reason'][1:]}.")

    def _conflict(self, name: str, told: str) -> HttpError:
        return HttpError(409, "conflict", told, more={"current": self.view(name).model_dump(mode="json")})


def _serving(state: ReleaseState) -> str:
    champion = "none" if state.champion is None else state.champion.release
    return champion if state.challenger is None else f"{champion}, {state.percentage} % {state.challenger.release}"
