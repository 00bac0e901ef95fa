"""What The Update Framework is there for: whatever is served, the device goes on with the model it has."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from securesystemslib.signer import CryptoSigner

from tests.device import attacks
from tests.device.cloud import Cloud
from tests.device.toys import bundle, picture


@pytest.fixture
def device(enrolled, cloud):
    """Runs r1."""
    cloud.repository.release("r1", bundle())
    with enrolled.open() as opened:
        assert opened.updater.look().state == "updated"
        yield opened


@pytest.mark.parametrize(
    ("attack", "told"),
    [
        (attacks.tampered, "not trusted"),
        (attacks.signed_by_somebody_else, "not trusted"),
        (attacks.root_by_somebody_else, "not trusted"),
        (attacks.frozen, "timestamp.json is expired"),
        (attacks.expired_root, "root.json is expired"),
        (attacks.mixed, "not trusted"),
        (attacks.endless, "exceeding the maximum allowed length"),
        (attacks.truncated, "download failed"),
        (attacks.for_another_domain, "the rollout is for 'cats'"),
        (attacks.unlisted, "r2.tar is not among the signed files"),
        (attacks.vast, "at most 64000000 are fetched"),
        (attacks.climbing, "the release's name '../../etc' is none"),
    ],
)
def test_the_device_keeps_its_model_and_says_why(device, cloud, attack: Callable[[Cloud], None], told: str):
    attack(cloud)

    look = device.updater.look()

    assert look.state == "fault"
    assert told in look.why
    assert device.runner.predict(picture())["release"] == "r1"
    device.write_report()
    device.deliver_reports()
    assert told in cloud.reports[-1].update_fault
    assert cloud.reports[-1].serving == "r1"


def test_endless_data_ends_at_the_signed_length(device, cloud):
    attacks.endless(cloud)

    device.updater.look()

    assert len([path for path in cloud.asked if path.endswith(".r2.tar")]) == 1


def test_an_older_state_is_not_taken_again(device, cloud, enrolled):
    old = dict(cloud.repository.files)
    cloud.repository.release("r2", bundle())
    assert device.updater.look().release == "r2"

    cloud.repository.files = old

    look = device.updater.look()
    assert (look.state, device.runner.serving) == ("fault", "r2")
    assert "New timestamp version 1 must be >= 2" in look.why


def test_the_fault_is_gone_from_the_next_report_once_a_look_succeeds(device, cloud):
    attacks.frozen(cloud)
    device.updater.look()
    cloud.repository.expires["timestamp"] = datetime.now(UTC) + timedelta(days=7)
    cloud.repository.publish()

    assert device.updater.look().release == "r2"
    assert device.updater.fault == ""


def test_a_fast_forward_is_recovered_from_by_new_keys(device, cloud):
    repository = cloud.repository
    repository.timestamp.version = repository.snapshot.version = repository.targets.version = 1_000_000
    repository.publish()
    device.updater.look()
    stolen = repository.signers["timestamp"]
    repository.timestamp.version = repository.snapshot.version = repository.targets.version = 1
    repository.release("r2", bundle())
    assert device.updater.look().state == "fault"

    for role in ("timestamp", "snapshot", "targets"):
        repository.root.revoke_key(stolen.public_key.keyid, role)
    new = CryptoSigner.generate_ecdsa()
    for role in ("timestamp", "snapshot", "targets"):
        repository.signers[role] = new
        repository.root.add_key(new.public_key, role)
    repository.root.version = 2
    repository.sign_root()
    repository.write()

    assert device.updater.look().release == "r2"


def test_a_file_that_came_with_the_device_is_trusted_and_no_other(enrolled, cloud):
    cloud.repository.release("r1", bundle())
    enrolled.config.root.write_bytes(type(cloud.repository)().first_root)

    with enrolled.open() as device:
        look = device.updater.look()

    assert look.state == "fault"
    assert "not trusted" in look.why
