"""What The Update Framework is there for: whatever is served, the device goes on with the model it has."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from securesystemslib.signer import CryptoSigner

from inference.contracts.devices import ROLLOUT, Rollout
from tests.device.cloud import Cloud
from tests.device.toys import bundle, picture

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


@pytest.fixture
def device(enrolled, cloud):
    """Runs r1."""
    cloud.repository.release("r1", bundle())
    with enrolled.open() as opened:
        assert opened.updater.look().state == "updated"
        yield opened


def tampered(cloud: Cloud) -> None:
    cloud.repository.release("r2", bundle())
    (path,) = [path for path in cloud.repository.files if path.endswith(".r2.tar")]
    cloud.repository.files[path] = cloud.repository.files[path].replace(b'"share": 0.9', b'"share": 0.1')


def signed_by_somebody_else(cloud: Cloud) -> None:
    cloud.repository.signers = dict.fromkeys(cloud.repository.signers, CryptoSigner.generate_ecdsa())
    cloud.repository.release("r2", bundle())


def root_by_somebody_else(cloud: Cloud) -> None:
    repository, thief = cloud.repository, CryptoSigner.generate_ed25519()
    repository.signers = dict.fromkeys(repository.signers, thief)
    for role in repository.signers:
        repository.root.add_key(thief.public_key, role)
    repository.root.version = 2
    repository.sign_root()
    repository.release("r2", bundle())


def frozen(cloud: Cloud) -> None:
    cloud.repository.expires["timestamp"] = LONG_AGO
    cloud.repository.release("r2", bundle())


def expired_root(cloud: Cloud) -> None:
    cloud.repository.root.expires = LONG_AGO
    cloud.repository.root.version = 2
    cloud.repository.sign_root()
    cloud.repository.release("r2", bundle())


def mixed(cloud: Cloud) -> None:
    """The targets of one version with the snapshot of another."""
    files = cloud.repository.files
    cloud.repository.release("r2", bundle())
    older = files["metadata/2.targets.json"]
    cloud.repository.release("r3", bundle())
    files["metadata/3.targets.json"] = older


def endless(cloud: Cloud) -> None:
    cloud.repository.release("r2", bundle())

    def forever(handler) -> bool:
        handler.send_response(200)
        handler.end_headers()
        sent = 0
        while sent < 100_000_000:
            try:
                sent += handler.wfile.write(b"x" * 65536)
            except OSError:
                break
        cloud.sent = sent
        handler.close_connection = True
        return True

    cloud.faults[".r2.tar"] = forever


def truncated(cloud: Cloud) -> None:
    cloud.repository.release("r2", bundle())

    def half(handler) -> bool:
        content = cloud.repository.files[handler.path.removeprefix("/s3/")]
        handler.send_response(200)
        handler.send_header("Content-Length", str(len(content)))
        handler.end_headers()
        handler.wfile.write(content[: len(content) // 2])
        handler.close_connection = True
        return handler.path.startswith("/s3/")

    cloud.faults[".r2.tar"] = lambda handler: handler.path.startswith("/s3/") and half(handler)


def for_another_domain(cloud: Cloud) -> None:
    cloud.repository.release("r2", bundle())
    cloud.repository.add(ROLLOUT, Rollout(domain="cats").model_dump_json().encode())
    cloud.repository.publish()


def unlisted(cloud: Cloud) -> None:
    cloud.repository.release("r2", bundle())
    del cloud.repository.targets.targets["r2.tar"]
    cloud.repository.publish()


def vast(cloud: Cloud) -> None:
    cloud.repository.release("r2", bundle())
    cloud.repository.targets.targets["r2.tar"].length = 65_000_000
    cloud.repository.publish()


def climbing(cloud: Cloud) -> None:
    content = cloud.repository
    content.release("r2", bundle())
    said = Rollout.model_validate(
        {"domain": "ads", "current": {"release": "../../etc", "bundle": "r2.tar"}}
    ).model_dump_json()
    content.add(ROLLOUT, said.encode())
    content.publish()


@pytest.mark.parametrize(
    ("attack", "told"),
    [
        (tampered, "not trusted"),
        (signed_by_somebody_else, "not trusted"),
        (root_by_somebody_else, "not trusted"),
        (frozen, "timestamp.json is expired"),
        (expired_root, "root.json is expired"),
        (mixed, "not trusted"),
        (endless, "exceeding the maximum allowed length"),
        (truncated, "download failed"),
        (for_another_domain, "the rollout is for 'cats'"),
        (unlisted, "r2.tar is not among the signed files"),
        (vast, "at most 64000000 are fetched"),
        (climbing, "the release's name '../../etc' is none"),
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
    endless(cloud)

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
    frozen(cloud)
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
