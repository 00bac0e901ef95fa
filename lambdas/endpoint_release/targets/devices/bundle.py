"""What a device downloads: its model, that model's golden requests and what was measured. Pure."""

import io
import tarfile
from collections.abc import Mapping
from hashlib import sha256

from pydantic import ValidationError

from inference.contracts.edge import BUNDLE_FILES, EDGE, EDGE_FILE, EDGE_GOLDEN, EDGE_MODEL, EdgeModel
from lambdas.common.errors import VigilError, sentences

IN_PACKAGE = tuple(f"{EDGE}{name}" for name in BUNDLE_FILES)


class BundleError(VigilError):
    """A package has nothing that devices could run, or something else than it says."""


def make_bundle(members: Mapping[str, bytes], domain: str) -> bytes:
    """A tar of a package's `edge/` files, always the same bytes for the same files. Raises BundleError."""
    missing = [name for name in IN_PACKAGE if name not in members]
    if missing:
        raise BundleError(
            f"The model package has no {', '.join(missing)}, so devices could not run it; train with edge_export."
        )
    files = {name: members[f"{EDGE}{name}"] for name in BUNDLE_FILES}
    _require_described(files, domain)
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=tarfile.USTAR_FORMAT) as tar:
        for name, content in files.items():
            info = tarfile.TarInfo(name)
            info.size, info.mode = len(content), 0o644
            tar.addfile(info, io.BytesIO(content))
    return out.getvalue()


def _require_described(files: Mapping[str, bytes], domain: str) -> None:
    try:
        model = EdgeModel.model_validate_json(files[EDGE_MODEL])
    except ValidationError as error:
        raise BundleError(f"{EDGE}{EDGE_MODEL} does not describe a model: {sentences(error)}.") from error
    if model.domain != domain:
        raise BundleError(f"{EDGE}{EDGE_MODEL} is of the domain {model.domain!r}, not of {domain!r}.")
    for name, told in ((EDGE_FILE, model.sha256), (EDGE_GOLDEN, model.golden_sha256)):
        found = sha256(files[name]).hexdigest()
        if found != told:
            raise BundleError(f"{EDGE}{name} has the sha256 {found}, but {EDGE}{EDGE_MODEL} says {told}.")
