"""Every domain's releases and alarms. Pure."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from lambdas.common.release_state import Release, ReleaseState
from lambdas.operations_api.views import Alarm, DomainHealth, Health, Serving

EVERY_DOMAINS = "CapturesLost"
"""Last word of an alarm that every domain has and nothing else: who has it is a domain."""
_URGENT = {"ALARM": 0, "INSUFFICIENT_DATA": 1, "OK": 2}


def domains_of(app: str, alarms: Sequence[Mapping[str, Any]]) -> list[str]:
    """Names of deployed domains, by what DescribeAlarms tells."""
    pattern = re.compile(rf"{re.escape(app)}-([a-z0-9]+)-{EVERY_DOMAINS}")
    return sorted(found[1] for alarm in alarms if (found := pattern.fullmatch(alarm["AlarmName"])))


def health(app: str, alarms: Sequence[Mapping[str, Any]], states: Sequence[ReleaseState]) -> Health:
    """`states`: one a domain of `domains_of`."""
    prefixes = {state.domain: f"{app}-{state.domain}-" for state in states}
    rest = [one for one in alarms if not one["AlarmName"].startswith(tuple(prefixes.values()))]
    domains = tuple(
        _domain(state, [one for one in alarms if one["AlarmName"].startswith(prefixes[state.domain])])
        for state in states
    )
    return Health(domains=domains, alarms=_alarms(rest))


def _domain(state: ReleaseState, alarms: Sequence[Mapping[str, Any]]) -> DomainHealth:
    return DomainHealth(
        name=state.domain,
        status=state.status,
        champion=_serving(state.champion),
        challenger=_serving(state.challenger),
        percentage=state.percentage,
        step=state.step,
        rolled_back=state.alarms,
        alarms=_alarms(alarms),
    )


def _serving(release: Release | None) -> Serving | None:
    if release is None:
        return None
    version = int(release.model_package_arn.rpartition("/")[2])
    return Serving(release=release.release, version=version, since=release.since)


def _alarms(found: Sequence[Mapping[str, Any]]) -> tuple[Alarm, ...]:
    alarms = [
        Alarm(
            name=one["AlarmName"],
            state=one["StateValue"],
            since=one.get("StateTransitionedTimestamp", one.get("StateUpdatedTimestamp")),
            meaning=one.get("AlarmDescription", ""),
            reason=one.get("StateReason", ""),
        )
        for one in found
    ]
    return tuple(sorted(alarms, key=lambda one: (_URGENT[one.state], one.name)))
