"""A release on an endpoint and a fleet: devices are told by signed files, and judge the release by what they report."""

from datetime import timedelta
from pathlib import Path

import pytest

from inference.contracts.devices import Rollout
from inference.contracts.edge import bundle_name
from inference.contracts.traffic import percentile
from lambdas.endpoint_release.package import Package
from lambdas.endpoint_release.targets.devices.bundle import BundleError
from tests.unit.fleet_harness import NAMES, Devices, EdgePackages, released
from tests.unit.release_harness import ReleaseHarness
from tests.unit.update_harness import Device, Updates

HALF_OF_A_TENTH = "9 devices are needed to tell"
"""17 of them lie within 10 %."""


@pytest.fixture
def devices(harness: ReleaseHarness, tmp_path: Path) -> Devices:
    return Devices(harness, Updates.start(tmp_path))


@pytest.fixture
def device(devices: Devices) -> Device:
    return devices.updates.device()


def test_the_first_release_reaches_every_device(devices: Devices, device: Device) -> None:
    release = released(devices, 1)
    assert device.look().current.release == release
    assert device.bundle(bundle_name(release)) == {
        name.removeprefix("edge/"): body for name, body in EdgePackages().files(_package(1), ()).items()
    }
    assert devices.serving() == {release: set(NAMES)}


def test_a_canary_reaches_the_devices_that_their_hash_names_and_only_adds_some(devices: Devices) -> None:
    first = released(devices, 1)
    second = devices.harness.prepare(2, "two")["release"]
    seen: list[set[str]] = []
    for step, percentage in enumerate((10, 50, 100)):
        devices.harness.act("shift", "two", release=second, step=step)
        devices.report()
        seen.append(devices.serving()[second])
        assert seen[-1] == {name for name in NAMES if percentile(name) < percentage}
        checked = devices.harness.act("check", "two", release=second, step=step)
        assert f"{len(seen[-1])} of {len(seen[-1])} devices run it" in checked["reason"]
    assert seen[0] < seen[1] < seen[2]
    devices.harness.act("promote", "two", release=second)
    assert devices.updates.repository.contents().has(first), "the champion before stays for a way back"


def test_a_version_that_devices_refuse_is_rolled_back_and_none_is_without_a_model(
    devices: Devices, device: Device
) -> None:
    champion = released(devices, 1)
    bad = devices.harness.prepare(2, "two")["release"]
    devices.refuse = {bad: "golden request 0: answered 'Cat', expected 'NoCat'"}
    devices.harness.act("shift", "two", release=bad, step=0)
    devices.report()
    checked = devices.harness.act("check", "two", release=bad, step=0)
    share = sum(percentile(name) < 10 for name in NAMES)
    assert checked["status"] == "failed"
    assert f"{share} of {share} devices do not do well with it" in checked["reason"]
    assert "refused: golden request 0: answered 'Cat'" in checked["reason"]
    assert devices.harness.act("roll_back", "two", reason=checked["reason"])["status"] == "rolled_back"
    assert (device.look().current.release, device.look().candidate) == (champion, None)
    assert device.bundle(bundle_name(bad)) is None
    assert not [key for key in devices.updates.listed() if key.endswith(bundle_name(bad))]
    devices.report()
    assert devices.serving() == {champion: set(NAMES)}


def test_silent_devices_make_a_step_wait_and_then_the_endpoint_decides(devices: Devices) -> None:
    released(devices, 1)
    release = devices.harness.prepare(2)["release"]
    devices.harness.act("shift", release=release, step=0)
    quiet = devices.harness.act("check", release=release, step=0)
    assert (quiet["status"], HALF_OF_A_TENTH in quiet["reason"]) == ("quiet", True)
    devices.harness.now += timedelta(seconds=4 * 60)
    assert devices.harness.act("check", release=release, step=0)["status"] == "passed"


def test_an_operator_returns_every_device_to_the_champion_before(devices: Devices, device: Device) -> None:
    first, second = released(devices, 1), released(devices, 2)
    devices.harness.act("roll_back", "operator", release=second, reason="no")
    assert device.look().current.release == first


def test_a_first_release_that_is_rolled_back_leaves_no_rollout(devices: Devices, device: Device) -> None:
    release = devices.harness.prepare(1)["release"]
    devices.harness.act("shift", release=release, step=0)
    devices.harness.act("roll_back", release=release, reason="no")
    assert device.look() == Rollout(domain="cats")


def test_a_champion_from_before_there_were_devices_leaves_them_as_they_are(devices: Devices) -> None:
    both, devices.harness.target = devices.harness.target, None
    devices.harness.release(1, "one")
    devices.harness.target = both
    release = devices.harness.prepare(2, "two")["release"]
    devices.harness.act("shift", "two", release=release, step=0)
    assert (devices.rollout.current, devices.rollout.percentage) == (None, 10)
    devices.harness.act("roll_back", "two", reason="no")
    assert devices.rollout == Rollout(domain="cats")


@pytest.mark.parametrize("missing", ["edge/edge.json", "edge/model.tflite"])
def test_a_package_without_a_model_for_devices_is_not_released(devices: Devices, missing: str) -> None:
    devices.packages.missing = missing
    with pytest.raises(BundleError, match=f"has no {missing}, so devices could not run it"):
        devices.harness.prepare(1)
    assert devices.harness.act("roll_back", reason="Prepare failed")["status"] == "rolled_back"


def test_a_retry_of_each_call_publishes_nothing_new(devices: Devices) -> None:
    first = devices.harness.prepare(1)
    before = devices.updates.listed()
    assert devices.harness.prepare(1) == first
    assert devices.updates.listed() == before


def _package(version: int) -> Package:
    return Package(
        f"arn:aws:sagemaker:eu-central-1:123456789012:model-package/vigil-cats/{version}", "Approved", "", "", {}
    )
