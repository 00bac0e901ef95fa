"""A release on an endpoint and a fleet in memory: devices do as the signed rollout says, and report or are silent."""

from collections.abc import Collection, Sequence
from datetime import timedelta
from typing import Any

from inference.contracts.devices import DeviceReport, ReleaseCounts, Rollout
from lambdas.common.device_record import DeviceRecord, Fetch, Offer
from lambdas.endpoint_release.package import Package
from lambdas.endpoint_release.targets.devices.spec import DevicesSpec
from lambdas.endpoint_release.targets.devices.target import DevicesTarget
from lambdas.endpoint_release.targets.serverless.target import ServerlessTarget
from lambdas.endpoint_release.targets.several.target import SeveralTargets
from tests.unit.release_harness import ROLE, SPEC, ReleaseHarness
from tests.unit.update_harness import Updates, edge_files

NAMES = tuple(f"tv-{number}" for number in range(200))


class EdgePackages:
    """Each package has another model, unless a test takes its edge files away."""

    missing: str | None = None

    def files(self, package: Package, wanted: Any) -> dict[str, bytes]:
        found = edge_files(f"tflite of {package.arn}".encode())
        return {name: body for name, body in found.items() if name != self.missing}


class Devices:
    """They do as the signed rollout says and report it, unless a test says otherwise."""

    def __init__(
        self, harness: ReleaseHarness, updates: Updates, names: Sequence[str] = NAMES, settled_s: int = 0
    ) -> None:
        self.harness, self.updates, self.names = harness, updates, names
        self.packages = EdgePackages()
        self.records = {name: self._enrolled(name) for name in names}
        self.refuse: dict[str, str] = {}
        """Release -> why no device runs it."""
        self.challenger = ""
        self.judged_by(DevicesSpec(settled_s=0))

    def judged_by(self, spec: DevicesSpec) -> None:
        harness = self.harness
        parts = {"repository": self.updates.repository, "packages": self.packages, "fleet": self}
        target = DevicesTarget(spec, "cats", **parts, now=lambda: harness.now)
        cloud = ServerlessTarget(SPEC, app="vigil", domain="cats", role_arn=ROLE, endpoints=harness.endpoints)
        harness.target = SeveralTargets([cloud, target])

    def _enrolled(self, name: str) -> DeviceRecord:
        return DeviceRecord(domain="cats", device_id=name, public_key="", enrolled_at=self.harness.now)

    def enrolled(self) -> list[DeviceRecord]:
        return list(self.records.values())

    @property
    def rollout(self) -> Rollout:
        return self.updates.repository.contents().rollout

    def look(self, names: Collection[str]) -> None:
        """They fetch the rollout and, where it gives them another release, that one's bundle; the cloud notes both."""
        now, rollout = self.harness.now, self.rollout
        challenger = rollout.candidate
        for name in names:
            own, before = rollout.of(name), self.records[name].offered
            if own is None:
                continue
            beside = challenger.release if challenger is not None and challenger != own else ""
            offer = Offer(release=own.release, beside=beside, at=now)
            if before is None or (before.release, before.beside) != (offer.release, offer.beside):
                changed: dict[str, Any] = {"offered": offer}
                if before is None or before.release != own.release:
                    changed["fetched"] = Fetch(release=own.release, at=now)
                self.records[name] = self.records[name].model_copy(update=changed)
        self.harness.now += timedelta(seconds=1)

    def report(self, silent: Collection[str] = ()) -> None:
        """All but the silent ones look and report."""
        self.look([name for name in self.names if name not in silent])
        rollout = self.rollout
        for name, record in self.records.items():
            if name in silent:
                continue
            told = rollout.of(name)
            release = None if told is None else told.release
            before = None if record.report is None else record.report.serving
            serving = before if release in self.refuse else release
            counts = ReleaseCounts(release=serving, inferences=100, failures=0) if serving else None
            refused = {release: self.refuse[release]} if release in self.refuse else {}
            report = DeviceReport(
                sequence=record.sequence + 1,
                at=self.harness.now,
                serving=serving,
                refused=refused,
                counts=(counts,) if counts else (),
                client="1",
            )
            changed = {"report": report, "reported_at": self.harness.now, "sequence": report.sequence}
            self.records[name] = record.model_copy(update=changed)

    def serving(self) -> dict[str | None, set[str]]:
        found: dict[str | None, set[str]] = {}
        for name, record in self.records.items():
            found.setdefault(None if record.report is None else record.report.serving, set()).add(name)
        return found


def released(devices: Devices, version: int) -> str:
    """A whole release, while the devices report once a step."""
    act, execution = devices.harness.act, f"execution {version}"
    release = devices.harness.prepare(version, execution)["release"]
    assert act("endpoint_status", execution, release=release)["status"] == "ready"
    assert act("golden", execution, release=release)["status"] == "passed"
    for step in range(3):
        assert act("shift", execution, release=release, step=step)["status"] == "shifted"
        devices.harness.now += timedelta(seconds=60)
        devices.report()
        checked = act("check", execution, release=release, step=step)
        assert checked["status"] == "passed", checked
    assert act("promote", execution, release=release)["status"] == "promoted"
    return release
