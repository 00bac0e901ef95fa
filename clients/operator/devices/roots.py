"""Root metadata, asked of and handed to a domain's release function, which stores it for devices."""

import json
from argparse import Namespace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

from securesystemslib.signer import Key, Signer
from tuf.api.metadata import Metadata, Root

from clients.operator.aws import session_of
from clients.operator.errors import OperatorError

LIFETIME = timedelta(days=365)
CLOUD_ROLES = ("targets", "snapshot", "timestamp")


def update_root(args: Namespace, root: Metadata[Root] | None = None) -> tuple[Metadata[Root] | None, Key]:
    """The newest root (None: there is none yet) and the cloud's key, after `root` was stored. Raises OperatorError.

    Needs lambda:InvokeFunction on <app>-<domain>-endpoint-release.
    """
    event = {"action": "update_root", "root": None if root is None else root.to_bytes().decode()}
    answer = (
        session_of(args)
        .client("lambda")
        .invoke(FunctionName=f"{args.app}-{args.domain}-endpoint-release", Payload=json.dumps(event).encode())
    )
    told: dict[str, Any] = json.loads(answer["Payload"].read())
    if "FunctionError" in answer:
        raise OperatorError(told.get("errorMessage", str(told)))
    key = dict(told["key"])
    newest = None if told["root"] is None else Metadata[Root].from_bytes(told["root"].encode())
    return newest, Key.from_dict(key.pop("keyid"), key)


def make_root(version: int, root_key: Key, cloud_key: Key) -> Root:
    """Of a year; the cloud's key signs all but roots."""
    root = Root(version=version, expires=datetime.now(UTC) + LIFETIME, consistent_snapshot=True)
    root.add_key(root_key, "root")
    for role in CLOUD_ROLES:
        root.add_key(cloud_key, role)
    return root


def signed(root: Root, *signers: Signer) -> Metadata[Root]:
    metadata = Metadata(root)
    for signer in signers:
        metadata.sign(signer, append=True)
    return metadata


def told(root: Metadata[Root], domain: str) -> str:
    """For people: which root this is, and where devices get it."""
    version = root.signed.version
    return (
        f"root {version} of {domain}, until {root.signed.expires:%Y-%m-%d}\n"
        f"sha256 {sha256(root.to_bytes()).hexdigest()}\n"
        f"in the artifacts bucket: devices/{domain}/metadata/{version}.root.json"
    )
