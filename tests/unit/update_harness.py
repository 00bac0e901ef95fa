"""A domain's update repository in memory: its bucket, its cloud key, an operator's root, and a device that reads it.

The cloud key is a local one: moto's KMS hashes a digest once more before it signs it, and KMS does not. What signs
with KMS is tested on the embedded AWS.
"""

import io
import tarfile
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import boto3
import pytest
from moto import mock_aws
from securesystemslib.signer import CryptoSigner, Signer
from tuf.api.exceptions import DownloadHTTPError
from tuf.api.metadata import Metadata, Root
from tuf.ngclient import FetcherInterface, Updater

from inference.contracts.devices import ROLLOUT, Rollout
from inference.contracts.edge import EDGE_FILE, EDGE_GOLDEN, EDGE_MODEL, EdgeCandidate, EdgeModel
from lambdas.endpoint_release.targets.devices.files import RepositoryFiles
from lambdas.endpoint_release.targets.devices.repository import UpdateRepository

DOMAIN = "cats"
URL = "https://updates/"
LOCAL = {"CreateBucketConfiguration": {"LocationConstraint": "eu-central-1"}}


def edge_files(model: bytes = b"tflite", domain: str = DOMAIN) -> dict[str, bytes]:
    """What a package has in `edge/`; `model`: the bytes of its TFLite file."""
    golden = b"{}\n"
    told = EdgeModel(
        domain=domain,
        task="image_classification",
        classes=("Cat", "NoCat"),
        input={},
        format="int8",
        sha256=sha256(model).hexdigest(),
        golden_sha256=sha256(golden).hexdigest(),
        candidates=(EdgeCandidate(format="int8", size_mb=1.0, metrics={}),),
        why="it is the only one",
        slow_ms=100,
    )
    files = {EDGE_MODEL: told.model_dump_json().encode(), EDGE_FILE: model, EDGE_GOLDEN: golden}
    return {f"edge/{name}": body for name, body in files.items()}


@pytest.fixture(scope="module")
def memory() -> Iterator[None]:
    """AWS in memory, once a module: making clients takes longer than all that is tested with them."""
    with pytest.MonkeyPatch.context() as patch, mock_aws():
        patch.setenv("AWS_DEFAULT_REGION", "eu-central-1")
        patch.delenv("AWS_ENDPOINT_URL", raising=False)
        yield


def new_bucket() -> str:
    name = f"artifacts-{uuid.uuid4()}"
    boto3.client("s3").create_bucket(Bucket=name, **LOCAL)
    return name


def root_of(
    repository: UpdateRepository, *signers: Signer, version: int = 1, by: Signer | None = None, days: int = 365
) -> Metadata[Root]:
    """`signers` are the root's keys, and all sign. `by` signs too: the key of the root before."""
    root = Root(version=version, expires=datetime.now(UTC) + timedelta(days=days), consistent_snapshot=True)
    for signer in signers:
        root.add_key(signer.public_key, "root")
    for role in ("targets", "snapshot", "timestamp"):
        root.add_key(repository._signer.public_key, role)
    made = Metadata(root)
    for signer in (*signers, *(() if by is None else (by,))):
        made.sign(signer, append=True)
    return made


def as_text(root: Metadata[Root]) -> str:
    return root.to_bytes().decode()


@dataclass
class Bucket(FetcherInterface):
    """What a device reads: objects below devices/<domain>/."""

    name: str
    asked: list[str] = field(default_factory=list)

    def _fetch(self, url: str) -> Iterator[bytes]:
        s3 = boto3.client("s3")
        self.asked.append(url.removeprefix(URL))
        try:
            yield s3.get_object(Bucket=self.name, Key=f"devices/{DOMAIN}/{url.removeprefix(URL)}")["Body"].read()
        except s3.exceptions.NoSuchKey as error:
            raise DownloadHTTPError("not there", 404) from error


@dataclass
class Device:
    """A client of The Update Framework with the operator's first root built in."""

    home: Path
    bucket: str
    root: bytes

    def look(self) -> Rollout:
        """The rollout, after a whole update; raises what the framework raises."""
        updater = self._updater()
        info = updater.get_targetinfo(ROLLOUT)
        assert info is not None
        return Rollout.model_validate_json(Path(updater.download_target(info)).read_bytes())

    def bundle(self, name: str) -> dict[str, bytes] | None:
        """A tar's files; None: it is not listed."""
        updater = self._updater()
        info = updater.get_targetinfo(name)
        if info is None:
            return None
        with tarfile.open(fileobj=io.BytesIO(Path(updater.download_target(info)).read_bytes())) as tar:
            return {one.name: tar.extractfile(one).read() for one in tar}

    def _updater(self) -> Updater:
        for folder in ("metadata", "targets"):
            (self.home / folder).mkdir(parents=True, exist_ok=True)
        made = Updater(
            str(self.home / "metadata"), f"{URL}metadata/", str(self.home / "targets"), f"{URL}targets/",
            fetcher=Bucket(self.bucket), bootstrap=self.root,
        )  # fmt: skip
        made.refresh()
        return made


@dataclass
class Updates:
    """A repository with its root."""

    bucket: str
    home: Path
    operator: CryptoSigner
    cloud: Signer
    repository: UpdateRepository
    root: bytes = b""

    @classmethod
    def start(cls, home: Path) -> "Updates":
        bucket, cloud = new_bucket(), CryptoSigner.generate_ecdsa()
        repository = UpdateRepository(DOMAIN, RepositoryFiles(bucket, DOMAIN), cloud)
        updates = cls(bucket, home, CryptoSigner.generate_ed25519(), cloud, repository)
        text = as_text(root_of(updates.repository, updates.operator))
        updates.repository.roots.add(text)
        updates.root = text.encode()
        return updates

    def another_writer(self, cloud: Signer | None = None) -> UpdateRepository:
        return UpdateRepository(DOMAIN, RepositoryFiles(self.bucket, DOMAIN), cloud or self.cloud)

    def device(self, name: str = "device") -> Device:
        return Device(self.home / name, self.bucket, self.root)

    def listed(self) -> list[str]:
        listed = boto3.client("s3").list_objects_v2(Bucket=self.bucket)
        return [one["Key"].removeprefix(f"devices/{DOMAIN}/") for one in listed.get("Contents", ())]

    def put(self, name: str, body: Any) -> None:
        """As somebody else who may write to the bucket."""
        key = f"devices/{DOMAIN}/metadata/{name}"
        boto3.client("s3").put_object(Bucket=self.bucket, Key=key, Body=body)
