"""Where a deployed domain keeps its dataset versions, its pictures and its champion, and what is read of them."""

import json
import re
from typing import Any, NamedTuple

from clients.operator.errors import OperatorError
from clients.operator.imports.places import stack_outputs
from inference.contracts import DatasetSummary, Item
from inference.contracts.annotations import AnnotationsError, read_manifest

FILES = ("manifest.jsonl", "dataset.json", "images.manifest")
"""Of a dataset version of pictures: what a training job gets in its channel `dataset`, and the list of its pictures."""
VERSION = re.compile(r"[0-9a-f]{16}")


class Source(NamedTuple):
    raw: str
    prefix: str
    latest: str
    """s3:// address of the file that says which dataset version is the newest; versions are folders beside it."""
    releases: str


class Version(NamedTuple):
    summary: DatasetSummary
    items: list[Item]
    files: dict[str, bytes]


class Champion(NamedTuple):
    model_data_url: str
    manifest_sha256: str


def find_source(cloudformation: Any, app: str, domain: str) -> Source:
    """Raises OperatorError where no stack is the domain's."""
    outputs = stack_outputs(cloudformation, f"{app}-{domain}-trigger-training")
    if outputs is None:
        raise OperatorError(f"no stack here is that of {app}-{domain}: look at the Region")
    missing = [name for name in ("RawBucket", "LatestDataset", "ReleasesTable") if name not in outputs]
    if missing:
        raise OperatorError(f"the stack of {app}-{domain} does not say its {', '.join(missing)}: deploy it again")
    prefix = outputs.get("RawPrefix", "")
    return Source(outputs["RawBucket"], prefix, outputs["LatestDataset"], outputs["ReleasesTable"])


def read_version(s3: Any, source: Source, domain: str, version: str | None) -> Version:
    """The newest where none is asked for. Raises OperatorError where there is none, or it is not of pictures."""
    if version is None:
        newest = read_object(s3, source.latest)
        if newest is None:
            raise OperatorError(f"{domain} has no dataset version yet; start a run")
        version = str(json.loads(newest)["version"])
    if not VERSION.fullmatch(version):
        raise OperatorError(f"{version!r} is no dataset version; 16 hexadecimal digits are")
    home = f"{source.latest.rpartition('/')[0]}/{version}"
    files = {name: read_object(s3, f"{home}/{name}") for name in FILES}
    found = {name: body for name, body in files.items() if body is not None}
    if not {"manifest.jsonl", "dataset.json"} <= found.keys():
        raise OperatorError(f"{domain} has no dataset version {version}")
    try:
        items = read_manifest(found["manifest.jsonl"])
    except AnnotationsError as error:
        raise OperatorError(f"dataset version {version} of {domain}: {error}") from error
    return Version(DatasetSummary.model_validate_json(found["dataset.json"]), items, found)


def read_champion(dynamodb: Any, source: Source, domain: str) -> Champion | None:
    """The release that serves; None before the first."""
    item = dynamodb.get_item(TableName=source.releases, Key={"domain": {"S": domain}}).get("Item", {})
    champion = item.get("champion", {}).get("M")
    if champion is None:
        return None
    return Champion(champion["model_data_url"]["S"], champion.get("manifest_sha256", {}).get("S", ""))


def read_object(s3: Any, uri: str) -> bytes | None:
    """None: there is none."""
    bucket, _, key = uri.removeprefix("s3://").partition("/")
    try:
        return bytes(s3.get_object(Bucket=bucket, Key=key)["Body"].read())
    except s3.exceptions.NoSuchKey:
        return None
