"""A release's tar, and the folder that it becomes: `edge.json`, `model.tflite`, `golden.jsonl`, nothing else."""

import tarfile
from hashlib import sha256
from pathlib import Path

from pydantic import ValidationError

from clients.device.errors import Refused
from clients.device.files import write_new
from inference.contracts.edge import BUNDLE_FILES, EDGE_FILE, EDGE_GOLDEN, EDGE_MODEL, EdgeModel

MOST_BYTES = 64_000_000
"""Of one file of a bundle."""


def unpack(bundle: Path, folder: Path) -> None:
    """Write a bundle's files into an empty folder, each durably. Raises Refused for a tar that is none of ours."""
    try:
        with tarfile.open(bundle, "r:") as tar:
            members = tar.getmembers()
            if sorted(member.name for member in members) != sorted(BUNDLE_FILES):
                found = ", ".join(member.name for member in members[:8])
                raise Refused(f"the bundle has {found!r}; it should have {', '.join(BUNDLE_FILES)}")
            for member in members:
                if not member.isfile() or member.size > MOST_BYTES:
                    raise Refused(f"{member.name} of the bundle is no file of at most {MOST_BYTES} bytes")
                content = tar.extractfile(member)
                write_new(folder / member.name, content.read() if content is not None else b"")
    except tarfile.TarError as error:
        raise Refused(f"the bundle is no tar: {error}") from error


def read_edge_model(folder: Path, domain: str) -> EdgeModel:
    """`edge.json`, once the other files are what it says. Raises Refused."""
    try:
        edge = EdgeModel.model_validate_json((folder / EDGE_MODEL).read_bytes())
        for name, expected in ((EDGE_FILE, edge.sha256), (EDGE_GOLDEN, edge.golden_sha256)):
            found = sha256((folder / name).read_bytes()).hexdigest()
            if found != expected:
                raise Refused(f"{name} has the sha256 {found}; {EDGE_MODEL} says {expected}")
    except FileNotFoundError as error:
        raise Refused(f"{Path(str(error.filename)).name} is missing") from None
    except ValidationError as error:
        raise Refused(f"{EDGE_MODEL} is not understood: {error.errors()[0]['msg']}") from None
    if edge.domain != domain:
        raise Refused(f"the model is for the domain {edge.domain!r}; this device is {domain!r}'s")
    return edge
