"""Loads a model package and refuses one that is not exactly what its manifest says."""

import hashlib
from pathlib import Path, PurePosixPath
from typing import TypeVar

from pydantic import ValidationError

from inference.contracts import PackageManifest
from inference.contracts.base import Contract
from inference.contracts.package import MANIFEST
from inference.errors import PackageError

Input = TypeVar("Input", bound=Contract)


def load_manifest(directory: Path, expected_sha256: str | None = None) -> PackageManifest:
    """Read and verify a package: every file named, none besides, each with its sha256.

    Args:
        expected_sha256: of manifest.json, in hexadecimal, from whoever registered the package; None: nobody knows it,
            so a change of the manifest itself can only be noticed where it breaks something.

    Raises:
        PackageError: all faults found, in one message.
    """
    path = directory / MANIFEST
    if not path.is_file():
        raise PackageError(f"{directory} holds no {MANIFEST}; unpack a model package there.")
    content = path.read_bytes()
    actual = hashlib.sha256(content).hexdigest()
    if expected_sha256 is not None and actual != expected_sha256:
        raise PackageError(
            f"{MANIFEST} has the sha256 {actual}, but the package was registered with {expected_sha256}; "
            "it was changed since, or another package lies there: restore it, or register this one."
        )
    try:
        manifest = PackageManifest.model_validate_json(content)
    except ValidationError as error:
        raise PackageError(f"{MANIFEST} is not a package manifest: {error}") from error
    escaping = sorted(name for name in manifest.files if _escapes(directory, name))
    if escaping:
        told = ", ".join(f"'{name}'" for name in escaping)
        raise PackageError(f"the model package in {directory} is refused: {told} points outside the package.")
    faults = manifest.faults({name: sha256(file) for name, file in files_of(directory).items()})
    if faults:
        raise PackageError(f"the model package in {directory} is refused: {'; '.join(faults)}.")
    return manifest


def input_of(manifest: PackageManifest, kind: type[Input]) -> Input:
    """The manifest's input contract. Raises PackageError: it is not of the kind that this code reads."""
    try:
        return kind.model_validate(manifest.input)
    except ValidationError as error:
        raise PackageError(f"{MANIFEST} has an input contract this image does not know: {error}") from error


def threshold_of(manifest: PackageManifest, calm: str, hazard: str) -> float:
    """From which probability on the hazard is told. Raises PackageError: the manifest is not about these classes."""
    if manifest.classes != (calm, hazard) or hazard not in manifest.thresholds:
        raise PackageError(
            f"{MANIFEST} must have the classes of its signals, {(calm, hazard)}, and a threshold for '{hazard}'; "
            f"it has {manifest.classes} and {manifest.thresholds}."
        )
    return manifest.thresholds[hazard]


def sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def files_of(directory: Path) -> dict[str, Path]:
    """Every file of a package but the manifest: relative POSIX path -> path."""
    found = {path.relative_to(directory).as_posix(): path for path in sorted(directory.rglob("*")) if not path.is_dir()}
    found.pop(MANIFEST, None)
    return found


def _escapes(directory: Path, name: str) -> bool:
    """Whether a manifest's path, or the link it names, leads out of the package."""
    relative = PurePosixPath(name)
    if relative.is_absolute() or ".." in relative.parts:
        return True
    return not (directory / name).resolve().is_relative_to(directory.resolve())
