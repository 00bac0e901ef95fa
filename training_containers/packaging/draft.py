"""A package before its evidence: what the manifest will say, and the model files already in the folder."""

import shutil
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import Any

from inference.contracts import PackageManifest
from inference.predictor import Predictor, open_predictor
from training_containers.packaging.code_version import code_version


def emptied(directory: Path) -> Path:
    """The folder without what an interrupted attempt left: the loader would refuse a file it does not know."""
    for child in directory.iterdir():
        shutil.rmtree(child) if child.is_dir() else child.unlink()
    return directory


@dataclass(frozen=True, kw_only=True)
class PackageDraft:
    """See `PackageManifest` for the fields; `libraries` names the packages whose versions are recorded."""

    domain: str
    task: str
    classes: tuple[str, ...]
    input: dict[str, Any]
    dataset_version: str
    libraries: tuple[str, ...]
    thresholds: dict[str, float] = field(default_factory=dict)

    def manifest(self, files: dict[str, str]) -> PackageManifest:
        """The manifest with these files (relative path -> sha256)."""
        return PackageManifest(
            domain=self.domain,
            task=self.task,
            classes=self.classes,
            input=self.input,
            thresholds=self.thresholds,
            dataset_version=self.dataset_version,
            code_version=code_version(),
            libraries={name: version(name) for name in self.libraries},
            files=files,
        )

    def open(self, directory: Path) -> Predictor:
        """Load the model files in `directory` exactly as the server will."""
        return open_predictor(directory, self.manifest(files={}))
