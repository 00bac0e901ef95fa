"""Whether devices fall silent after they were given a release, beside those that were left with the champion. Pure."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from inference.contracts.traffic import percentile
from lambdas.common.device_record import DeviceRecord
from lambdas.endpoint_release.limits import Limit
from lambdas.endpoint_release.proportions import proportion
from lambdas.endpoint_release.targets.devices.spec import DevicesSpec
from lambdas.endpoint_release.targets.devices.watched import Watched, watched


class Silence(NamedTuple):
    given: Watched
    champions: Watched
    """Devices outside the share that met the same rollout."""
    at_most: float
    """The share that may fall silent, above that of the champion's."""

    @property
    def limits(self) -> list[Limit]:
        """That devices never say a word is judged as any fault is: each would at once. That they fall silent later,
        which whoever switches one off causes too, counts where they surely do so more often than the champion's.
        """
        given, champions = self.given, self.champions
        beside = champions.silent_soon if champions.decided else None
        never = Limit(given.saying_nothing, self.at_most, "devices say nothing since they were given it", beside)
        ever = given.silent, self.at_most, "devices fell silent after they were given it"
        later = Limit(*ever, champions.silent)
        return [later] if later.broken and not never.broken else [never]

    @property
    def lacking(self) -> str:
        """What is to be waited for, or an empty text."""
        told, unheard, early = self.given.told, len(self.given.unheard), len(self.given.early)
        if self.too_few:
            return self.too_few
        if early > told + unheard:
            return f"{early} devices were given it too lately to tell"
        doubt = Limit(proportion(unheard, told + unheard), self.at_most, "", self.champions.silent_soon)
        if not self.given.awaited or not doubt.doubtful:
            return ""
        return f"{unheard} of {told + unheard} devices that were given it have not told since that they keep it"

    @property
    def unheard(self) -> tuple[str, ...]:
        """Devices that were given it and say nothing, where that matters."""
        return self.given.mute + self.given.left + (self.given.awaited if self.lacking else ())

    @property
    def too_few(self) -> str:
        """Why nobody can tell how the release does, should no more be heard; or an empty text."""
        told, unheard = self.given.told, len(self.given.unheard)
        if unheard <= told:
            return ""
        return (
            f"{told} of {told + unheard} devices that were given it have told since that they keep it: too few to go "
            "on, for it may be what silenced the others"
        )


def silence_of(
    enrolled: Sequence[DeviceRecord], release: str, percentage: int, now: datetime, spec: DevicesSpec
) -> Silence:
    """`percentage`: the share that is to run the release."""
    share = [device for device in enrolled if percentile(device.device_id) < percentage]
    others = [device for device in enrolled if percentile(device.device_id) >= percentage]
    given = [(device, at) for device in share if (at := _given_at(device, release)) is not None]
    champions = [(device, at) for device in others if (at := _passed_over_at(device, release)) is not None]
    return Silence(
        watched(given, spec.settled_s, now), watched(champions, spec.settled_s, now), spec.max_silent_devices
    )


def _given_at(device: DeviceRecord, release: str) -> datetime | None:
    """None: it does not have the release. One that it took up again from its disk is not fetched, but is reported."""
    offered, fetched, report = device.offered, device.fetched, device.report
    if offered is None or offered.release != release:
        return None
    if fetched is not None and fetched.release == release:
        return max(offered.at, fetched.at)
    return offered.at if report is not None and report.serving == release else None


def _passed_over_at(device: DeviceRecord, release: str) -> datetime | None:
    return device.offered.at if device.offered is not None and device.offered.beside == release else None
