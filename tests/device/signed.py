"""An update repository in memory, signed by keys in memory; with them anything may be signed, as an attacker might."""

from datetime import UTC, datetime, timedelta
from hashlib import sha256

from securesystemslib.signer import CryptoSigner, Signer
from tuf.api.metadata import (
    TOP_LEVEL_ROLE_NAMES,
    Metadata,
    MetaFile,
    Root,
    Snapshot,
    TargetFile,
    Targets,
    Timestamp,
)

from inference.contracts.devices import ROLLOUT, DeviceRelease, Rollout
from inference.contracts.edge import bundle_name
from tests.device.toys import DOMAIN

ROLES = ("root", "targets", "snapshot", "timestamp")


class SignedRepository:
    """`files`: what a server serves, by path. One key signs root, another the rest, as in the cloud."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}
        operator, cloud = CryptoSigner.generate_ed25519(), CryptoSigner.generate_ecdsa()
        self.signers: dict[str, Signer] = dict.fromkeys(ROLES, cloud) | {"root": operator}
        in_a_year = datetime.now(UTC).replace(microsecond=0) + timedelta(days=365)
        self.expires = dict.fromkeys(ROLES, in_a_year)
        self.root = Root(expires=in_a_year, consistent_snapshot=True)
        for role, signer in self.signers.items():
            self.root.add_key(signer.public_key, role)
        self.targets, self.snapshot = Targets(expires=in_a_year), Snapshot(expires=in_a_year)
        self.timestamp = Timestamp(expires=in_a_year)
        self.targets.version = self.snapshot.version = self.timestamp.version = 0
        self.sign_root()
        self.first_root = self.files["metadata/1.root.json"]

    def sign_root(self) -> None:
        self.files[f"metadata/{self.root.version}.root.json"] = self.signed("root", self.root)

    def signed(self, role: str, content: Root | Targets | Snapshot | Timestamp) -> bytes:
        metadata = Metadata(content)
        metadata.sign(self.signers[role])
        return metadata.to_bytes()

    def add(self, name: str, content: bytes) -> str:
        """The path that it is served at."""
        path = f"targets/{sha256(content).hexdigest()}.{name}"
        self.files[path] = content
        self.targets.targets[name] = TargetFile.from_data(name, content, ["sha256"])
        return path

    def release(self, release: str, bundle: bytes) -> None:
        """All devices are to run it."""
        self.add(bundle_name(release), bundle)
        self.rollout(DeviceRelease(release=release, bundle=bundle_name(release)))

    def rollout(
        self, current: DeviceRelease | None, candidate: DeviceRelease | None = None, percentage: int = 0
    ) -> None:
        said = Rollout(domain=DOMAIN, current=current, candidate=candidate, percentage=percentage)
        self.add(ROLLOUT, said.model_dump_json().encode())
        self.publish()

    def publish(self) -> None:
        for role, content in (("targets", self.targets), ("snapshot", self.snapshot), ("timestamp", self.timestamp)):
            content.version += 1
            content.expires = self.expires[role]
        self.snapshot.meta["targets.json"] = MetaFile(version=self.targets.version)
        self.timestamp.snapshot_meta = MetaFile(version=self.snapshot.version)
        self.write()

    def write(self) -> None:
        """Sign everything as it is."""
        self.files[f"metadata/{self.targets.version}.targets.json"] = self.signed("targets", self.targets)
        self.files[f"metadata/{self.snapshot.version}.snapshot.json"] = self.signed("snapshot", self.snapshot)
        self.files["metadata/timestamp.json"] = self.signed("timestamp", self.timestamp)


assert set(ROLES) == set(TOP_LEVEL_ROLE_NAMES)
