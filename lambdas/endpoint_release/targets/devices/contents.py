"""What the update repository of a domain lists, and how releases change that. Pure.

The targets are named as The Update Framework names them: bundles, and `rollout.json`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from tuf.api.metadata import TargetFile

from inference.contracts.devices import ROLLOUT, DeviceRelease, Rollout
from inference.contracts.edge import bundle_name

ALL = 100


@dataclass(frozen=True)
class Contents:
    rollout: Rollout
    bundles: Mapping[str, TargetFile] = field(default_factory=dict)
    """Name of a tar -> its length and hashes."""

    def targets(self) -> dict[str, TargetFile]:
        return {**self.bundles, ROLLOUT: TargetFile.from_data(ROLLOUT, self.rollout_bytes(), ["sha256"])}

    def rollout_bytes(self) -> bytes:
        return self.rollout.model_dump_json().encode()

    def has(self, release: str) -> bool:
        return bundle_name(release) in self.bundles


def with_bundle(contents: Contents, release: str, bundle: bytes) -> Contents:
    name = bundle_name(release)
    return replace(contents, bundles={**contents.bundles, name: TargetFile.from_data(name, bundle, ["sha256"])})


def with_share(contents: Contents, release: str, percentage: int) -> Contents:
    """The release at this share of devices; at all of them it is the one that runs.

    One that has no bundle, e.g. a champion from before the domain had devices, is run by none: devices keep what they
    have.
    """
    now = contents.rollout
    one = DeviceRelease(release=release, bundle=bundle_name(release)) if contents.has(release) else None
    if percentage == ALL:
        after = Rollout(domain=now.domain, current=one)
    elif percentage == 0 or one is None:
        after = Rollout(domain=now.domain, current=now.current)
    else:
        after = Rollout(domain=now.domain, current=now.current, candidate=one, percentage=percentage)
    return replace(contents, rollout=after)


def without(contents: Contents, release: str) -> Contents:
    """The release is listed no more, nor does any device run it by the rollout."""
    bundles = {name: target for name, target in contents.bundles.items() if name != bundle_name(release)}
    rollout = contents.rollout
    if rollout.candidate is not None and rollout.candidate.release == release:
        rollout = Rollout(domain=rollout.domain, current=rollout.current)
    if rollout.current is not None and rollout.current.release == release:
        rollout = rollout.model_copy(update={"current": None})
    return Contents(rollout, bundles)
