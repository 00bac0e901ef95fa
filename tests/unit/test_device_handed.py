"""What a device was offered and handed is noted with the time of the first: silence is counted from there."""

import hashlib
from datetime import UTC, datetime
from typing import Any

import pytest

from inference.contracts.devices import DeviceRelease, Rollout
from inference.contracts.traffic import percentile
from lambdas.common.device_record import DeviceRecord
from lambdas.device_api import handler as device_api
from tests.unit.device_api_harness import BUNDLES, DEVICE, ask, publish

CURRENT, CANDIDATE = (DeviceRelease(release=name.removesuffix(".tar"), bundle=name) for name in BUNDLES)


def rollout(share: int, current: DeviceRelease = CURRENT) -> Rollout:
    return Rollout(domain="ads", current=current, candidate=CANDIDATE if share else None, percentage=share)


def look(context: Any, version: int, now: Rollout, device: str = "tv-1") -> int:
    """The device fetches the rollout, which has just been published."""
    publish(version, now)
    device_api.repository.cache_clear()
    digest = hashlib.sha256(now.model_dump_json().encode()).hexdigest()
    return ask(context, "GET", f"/api/v1/devices/ads/{device}/targets/{digest}.rollout.json", device).status


def download(context: Any, name: str) -> int:
    return ask(context, "GET", f"{DEVICE}/targets/{hashlib.sha256(BUNDLES[name]).hexdigest()}.{name}").status


def record(devices: Any, device: str = "tv-1") -> DeviceRecord:
    return DeviceRecord.model_validate(devices.get_item(Key={"domain": "ads", "device_id": device})["Item"])


@pytest.mark.parametrize(("above", "offered"), [(0, ("r7-aaaaaa", "r8-bbbbbb")), (1, ("r8-bbbbbb", ""))])
def test_a_rollout_offers_a_device_its_release_and_tells_which_it_is_not_given(
    devices: Any, context: Any, above: int, offered: tuple[str, str]
) -> None:
    before = datetime.now(UTC)
    assert look(context, 4, rollout(percentile("tv-1") + above)) == 302
    found = record(devices).offered
    assert found is not None
    assert ((found.release, found.beside), found.at >= before) == (offered, True)


def test_the_first_offer_counts_until_another_one_is_made(devices: Any, context: Any) -> None:
    share = percentile("tv-1") + 1
    times = []
    for version, now in enumerate((rollout(share), rollout(99), rollout(0, CANDIDATE), rollout(0)), start=4):
        look(context, version, now)
        times.append(record(devices).offered.at)
    assert times[0] == times[1] == times[2] < times[3], "a larger share and the promotion offer what it has"


def test_a_bundle_that_is_handed_out_is_noted_once(devices: Any, context: Any) -> None:
    assert record(devices).fetched is None
    assert [download(context, "r8-bbbbbb.tar") for _ in range(2)] == [302, 302]
    first = record(devices).fetched
    assert download(context, "r8-bbbbbb.tar") == 302
    assert (first.release, record(devices).fetched) == ("r8-bbbbbb", first)
    download(context, "r7-aaaaaa.tar")
    assert record(devices).fetched.release == "r7-aaaaaa"


def test_a_look_without_news_notes_nothing(devices: Any, context: Any) -> None:
    ask(context, "GET", f"{DEVICE}/metadata/timestamp.json")
    ask(context, "GET", "/api/v1/models/ads/download", query={"device_id": "tv-1"})
    assert (record(devices).offered, record(devices).fetched) == (None, None)


def test_a_device_that_was_just_revoked_gets_no_file(devices: Any, context: Any) -> None:
    """API Gateway may remember its token for a minute."""
    assert look(context, 4, rollout(99), "tv-2") == 403
    assert record(devices, "tv-2").offered is None
