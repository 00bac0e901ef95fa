"""Loads a model package and refuses one that is not exactly what its manifest says."""

import hashlib
from pathlib import Path, PurePosixPath

from pydantic import ValidationError

from inference.contracts import PackageManifest
from inference.errors import PackageError

MANIFEST = "manifest.json"
REQUIRED_FILES = frozenset({"model.onnx", "evaluation.json", "baseline.json", "golden.jsonl"})


def load_manifest(directory: Path) -> PackageManifest:
    """Read and verify a package: every file named, none besides, each with its sha256.

    Raises:
        PackageError: all faults found, in one message.
    """
    path = directory / MANIFEST
    if not path.is_file():
        raise PackageError(f"{directory} holds no {MANIFEST}; unpack a model package there.")
    try:
        manifest = PackageManifest.model_validate_json(path.read_bytes())
    except ValidationError as error:
        raise PackageError(f"{MANIFEST} is not a package manifest: {error}") from error
    faults = _faults(directory, manifest)
    if faults:
        raise PackageError(f"the model package in {directory} is refused: " + "; ".join(faults) + ".")
    return manifest


def sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def files_of(directory: Path) -> dict[str, Path]:
    """Every file of a package but the manifest: relative POSIX path -> path."""
    found = {path.relative_to(directory).as_posix(): path for path in sorted(directory.rglob("*")) if not path.is_dir()}
    found.pop(MANIFEST, None)
    return found


def _faults(directory: Path, manifest: PackageManifest) -> list[str]:
    present = files_of(directory)
    named = set(manifest.files)
    escaping = sorted(name for name in named if _escapes(directory, name))
    faults = [f"'{name}' points outside the package" for name in escaping]
    faults += [f"'{name}' is required and not in the manifest" for name in sorted(REQUIRED_FILES - named)]
    faults += [f"'{name}' is not in the manifest" for name in sorted(set(present) - named)]
    for name in sorted(named.difference(escaping)):
        if name not in present:
            faults.append(f"'{name}' is missing")
        elif sha256(present[name]) != manifest.files[name]:
            faults.append(f"'{name}' has another sha256 than the manifest says")
    return faults


def _escapes(directory: Path, name: str) -> bool:
    """Whether a manifest's path, or the link it names, leads out of the package."""
    relative = PurePosixPath(name)
    if relative.is_absolute() or ".." in relative.parts:
        return True
    return not (directory / name).resolve().is_relative_to(directory.resolve())
