"""What each device ran in each step of each release, as the devices themselves reported, and whether that is right."""

import json
import threading
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from inference.contracts.traffic import percentile
from lambdas.common.release_state import ReleaseState
from sandbox.deployment import Deployment
from sandbox.simulators.devices import Visit

EVERY_S = 1.0
NOTHING = "none"
"""What a device without a model runs, in counts."""


class Moment(NamedTuple):
    """Where the releases of a domain stood."""

    champion: str | None
    challenger: str | None
    percentage: int

    @classmethod
    def of(cls, state: ReleaseState) -> "Moment":
        return cls(
            state.champion.release if state.champion is not None else None,
            state.challenger.release if state.challenger is not None else None,
            state.percentage if state.challenger is not None else 0,
        )

    @property
    def is_step(self) -> bool:
        return self.challenger is not None and self.percentage > 0


@dataclass(frozen=True)
class Step:
    """The last that devices reported before a step ended. Device -> release, and device -> releases it refuses."""

    moment: Moment
    serving: Mapping[str, str | None]
    refused: Mapping[str, Mapping[str, str]]

    @property
    def named(self) -> list[str]:
        """Devices that the hash gives the challenger."""
        return [device for device in sorted(self.serving) if percentile(device) < self.moment.percentage]

    @property
    def running(self) -> list[str]:
        """Devices that run the challenger."""
        return [device for device, release in sorted(self.serving.items()) if release == self.moment.challenger]


class FleetWatch:
    """Asks the API each second which releases there are and what devices run; the last answer of each step stays."""

    def __init__(self, deployment: Deployment, domain: str) -> None:
        self._deployment, self._domain = deployment, domain
        self._client = deployment.predict_client()
        self._stopped = threading.Event()
        self._steps: dict[Moment, Step] = {}
        self.broken: list[BaseException] = []

    def run(self) -> None:
        try:
            while not self._stopped.wait(EVERY_S):
                before = self._moment()
                if before.is_step:
                    devices = list(self._devices())
                    if self._moment() == before:  # otherwise some may have told of the next step
                        self._steps[before] = step_of(before, devices)
        except BaseException as error:
            self.broken.append(error)

    def stop(self) -> None:
        self._stopped.set()

    def steps(self) -> list[Step]:
        return list(self._steps.values())

    def _moment(self) -> Moment:
        return Moment.of(self._deployment.releases.read(self._domain))

    def _devices(self) -> Iterable[dict[str, Any]]:
        path, after = f"/api/v1/devices/{self._domain}", ""
        while after is not None:
            status, body = self._client.send("GET", path + (f"?after={after}" if after else ""))
            if status != 200:
                raise ConnectionError(f"GET {path} answered {status}: {body[:300]!r}")
            page = json.loads(body)
            yield from page["devices"]
            after = page["next"]


def step_of(moment: Moment, devices: Iterable[Mapping[str, Any]]) -> Step:
    """`devices`: as the API lists them."""
    found = {one["device_id"]: one for one in devices}
    return Step(
        moment,
        {name: one["serving"] for name, one in found.items()},
        {name: one["refused"] for name, one in found.items()},
    )


def summary(steps: Sequence[Step], visits: Mapping[str, Visit], champion: str | None) -> dict[str, Any]:
    """For report.json: each step with its devices by name, and what all of them run at the end."""
    return {
        "champion": champion,
        "steps": [
            {
                "release": step.moment.challenger,
                "percentage": step.moment.percentage,
                "named": step.named,
                "running": step.running,
                "refusing": [name for name, found in step.refused.items() if step.moment.challenger in found],
                "serving": _counts(step.serving.values()),
            }
            for step in steps
        ],
        "serving": _counts(visit.serving for visit in visits.values()),
        "without": sorted(name for name, visit in visits.items() if visit.serving is None),
        "refused": _counts(release for visit in visits.values() for release in visit.refused),
        "why": next((why for visit in visits.values() for why in visit.refused.values()), None),
    }


def _counts(releases: Iterable[str | None]) -> dict[str, int]:
    return dict(Counter(NOTHING if release is None else release for release in releases))


def faults(steps: Sequence[Step], told: Mapping[str, Any], count: int) -> list[str]:
    """What must not be: a device with a release that the hash did not give it, or that lost the one it had."""
    found = []
    had: set[str] = set()
    for step in steps:
        of = f"{step.moment.challenger} at {step.moment.percentage} %"
        strangers = set(step.running) - set(step.named)
        if strangers:
            found.append(f"{of}: {', '.join(sorted(strangers))} run it, which the hash does not name")
        bare = sorted(name for name in had if step.serving.get(name) is None)
        if bare:
            found.append(f"{of}: {', '.join(bare)} run nothing any more")
        had |= {name for name, release in step.serving.items() if release is not None}
    if told["champion"] is None:  # nothing was released, and a device that never looked is in no count
        serving = {release: number for release, number in told["serving"].items() if release != NOTHING}
        return [*found, f"at the end devices run {serving}, and nothing was released"] if serving else found
    if told["without"]:
        found.append(f"at the end {', '.join(told['without'])} run nothing")
    if told["serving"] != {told["champion"]: count}:
        found.append(f"at the end devices run {told['serving']}, and all {count} should run {told['champion']}")
    return found
