"""Attacks on an update repository, by whoever stands between it and a device, and by whoever has some of its keys."""

from datetime import UTC, datetime

from securesystemslib.signer import CryptoSigner

from inference.contracts.devices import ROLLOUT, Rollout
from tests.device.cloud import Cloud
from tests.device.toys import bundle

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


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
