"""A domain's update repository in the artifacts bucket, read as seldom as devices allow.

Files with a version or a hash in their names never change and are kept; `timestamp.json`, and that a file is missing,
is remembered for seconds, so that thousands of devices that poll cost a read each few seconds.

Needs: s3:GetObject and s3:ListBucket below devices/ of the bucket (without the latter, S3 answers 403 for what is
missing), and the bucket's key.
"""

import json
import time
from collections import OrderedDict
from collections.abc import Callable
from typing import Any, NamedTuple

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

from inference.contracts.devices import ROLLOUT, Rollout
from inference.contracts.edge import release_of
from lambdas.common.device_files import metadata_file, target_file
from lambdas.device_api.models import URL_S

REMEMBERED_S = 5.0
KEPT = 256
"""Files in memory; each is a few KB."""
_MISSING = frozenset({"NoSuchKey", "404"})


class Target(NamedTuple):
    name: str
    sha256: str
    size_bytes: int

    @property
    def file(self) -> str:
        return f"{self.sha256}.{self.name}"


class Listing(NamedTuple):
    """The newest `targets.json`."""

    version: int
    signatures: list[dict[str, str]]
    targets: dict[str, Target]


class Repository:
    def __init__(self, bucket: str, client: Any = None, clock: Callable[[], float] = time.monotonic) -> None:
        # What is encrypted with a KMS key is handed out to signature version 4 only. URLs name the Region's own host:
        # for hours after a bucket was made the global one redirects, and a signature is good for one host.
        config = Config(signature_version="s3v4", s3={"addressing_style": "virtual"})
        self._s3 = client if client is not None else boto3.client("s3", config=config)
        self._bucket = bucket
        self._clock = clock
        self._kept: OrderedDict[str, tuple[float, bytes | None]] = OrderedDict()

    def metadata(self, domain: str, name: str) -> bytes | None:
        """None: there is no such file (yet)."""
        return self._read(metadata_file(domain, name), fixed=name[0].isdecimal())

    def listing(self, domain: str) -> Listing | None:
        """None: the domain has no repository yet."""
        timestamp = self._signed(domain, "timestamp.json")
        if timestamp is None:
            return None
        snapshot = self._signed(domain, f"{_version(timestamp, 'snapshot.json')}.snapshot.json")
        if snapshot is None:
            return None
        body = self.metadata(domain, f"{_version(snapshot, 'targets.json')}.targets.json")
        if body is None:
            return None
        document = json.loads(body)
        found = {
            name: Target(name, one["hashes"]["sha256"], one["length"])
            for name, one in document["signed"]["targets"].items()
        }
        return Listing(document["signed"]["version"], document["signatures"], found)

    def rollout(self, domain: str, file: str) -> Rollout | None:
        """Of one file that is, or was, listed."""
        body = self._read(target_file(domain, file), fixed=True)
        return None if body is None else Rollout.model_validate_json(body)

    def lists(self, domain: str, file: str) -> bool:
        """Whether devices may have the file; what is not found is looked up anew, since a device may know more."""
        if self._listed(domain, file):
            return True
        self._kept.pop(metadata_file(domain, "timestamp.json"), None)
        return self._listed(domain, file)

    def releases(self, domain: str) -> frozenset[str]:
        """Those that devices can have now."""
        listing = self.listing(domain)
        names = () if listing is None else listing.targets
        return frozenset(release_of(name) for name in names if name != ROLLOUT)

    def url(self, domain: str, file: str) -> str:
        return self._s3.generate_presigned_url(
            "get_object", Params={"Bucket": self._bucket, "Key": target_file(domain, file)}, ExpiresIn=URL_S
        )

    def _listed(self, domain: str, file: str) -> bool:
        listing = self.listing(domain)
        return listing is not None and file in {one.file for one in listing.targets.values()}

    def _signed(self, domain: str, name: str) -> dict[str, Any] | None:
        body = self.metadata(domain, name)
        return None if body is None else json.loads(body)["signed"]

    def _read(self, key: str, *, fixed: bool) -> bytes | None:
        if key in self._kept:
            until, body = self._kept[key]
            if self._clock() < until:
                return body
        try:
            body = self._s3.get_object(Bucket=self._bucket, Key=key)["Body"].read()
        except ClientError as error:
            if error.response["Error"]["Code"] not in _MISSING:
                raise
            body = None
        until = float("inf") if fixed and body is not None else self._clock() + REMEMBERED_S
        self._kept[key] = until, body
        while len(self._kept) > KEPT:
            self._kept.popitem(last=False)
        return body


def _version(signed: dict[str, Any], name: str) -> int:
    return int(signed["meta"][name]["version"])
