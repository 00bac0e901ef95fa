"""Metadata of The Update Framework that the cloud signs: made, and read back trusting nothing. Pure.

Timestamp and snapshot are always signed together and have one version, so that the repository can go on from its
snapshots should timestamp.json be lost.
"""

from datetime import datetime, timedelta

from securesystemslib.exceptions import UnverifiedSignatureError
from securesystemslib.signer import Key, Signer
from tuf.api.exceptions import RepositoryError
from tuf.api.metadata import Metadata, MetaFile, Signed, Snapshot, T, TargetFile, Targets, Timestamp
from tuf.api.serialization import DeserializationError

from lambdas.common.errors import VigilError

LIFETIME = {"timestamp": timedelta(days=7), "snapshot": timedelta(days=30), "targets": timedelta(days=90)}
RENEWED_BELOW = {
    "timestamp": timedelta(days=6, hours=12),
    "snapshot": timedelta(days=20),
    "targets": timedelta(days=60),
}
"""What is left of a lifetime when a refresh signs anew: the timestamp's every day."""
HASHES = ["sha256"]


class MetadataError(VigilError):
    """What lies in the update repository is not what this domain's key has signed."""


def make_targets(version: int, targets: dict[str, TargetFile], now: datetime) -> Targets:
    return Targets(version=version, expires=now + LIFETIME["targets"], targets=targets)


def make_snapshot(version: int, targets: tuple[int, bytes], now: datetime) -> Snapshot:
    """`targets`: version and bytes of the targets metadata."""
    return Snapshot(version=version, expires=now + LIFETIME["snapshot"], meta={"targets.json": _meta(*targets)})


def make_timestamp(snapshot: tuple[int, bytes], now: datetime) -> Timestamp:
    """Of the snapshot's version and bytes."""
    return Timestamp(version=snapshot[0], expires=now + LIFETIME["timestamp"], snapshot_meta=_meta(*snapshot))


def signed_bytes(signed: T, signer: Signer) -> bytes:
    metadata: Metadata[T] = Metadata(signed)
    metadata.sign(signer)
    return metadata.to_bytes()


def due(signed: Signed, now: datetime) -> bool:
    return signed.expires - now < RENEWED_BELOW[signed.type]


def read_signed(kind: type[T], name: str, body: bytes, key: Key, told: MetaFile | None = None) -> T:
    """What a file says, if `key` has signed it and it is the one that was `told` of. Raises MetadataError."""
    try:
        metadata: Metadata[T] = Metadata.from_bytes(body)
        if metadata.signed.type != kind.type:
            raise MetadataError(f"{name} is {metadata.signed.type} metadata; {kind.type} is expected.")
        if key.keyid not in metadata.signatures:
            raise UnverifiedSignatureError(f"no signature of {key.keyid}")
        key.verify_signature(metadata.signatures[key.keyid], metadata.signed_bytes)
        if told is not None:
            told.verify_length_and_hashes(body)
    except (DeserializationError, UnverifiedSignatureError, RepositoryError) as error:
        raise MetadataError(
            f"{name} is not what this domain's key has signed ({error}): somebody else wrote it, or the key was "
            "replaced. Restore its earlier version in the bucket; after a new key, see docs/decisions/0048."
        ) from error
    if told is not None and metadata.signed.version != told.version:
        raise MetadataError(f"{name} has version {metadata.signed.version}, not {told.version}.")
    return metadata.signed


def _meta(version: int, body: bytes) -> MetaFile:
    return MetaFile.from_data(version, body, HASHES)
